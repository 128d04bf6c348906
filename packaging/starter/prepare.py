"""Lay the training corpus out as flat arrays: squashed pictures, rendered icons, their texts.

Everything later (teachers, training) reads these arrays and never opens a picture file again.
Pictures are squashed to a square, as the finished program does; `aspect.npy` remembers the shape.
"""

from __future__ import annotations

import argparse
import io
import json
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import resvg_py
from PIL import Image

PICTURE_SIDE = 160
ICON_SIDE = 144


def read_table(path: Path) -> list[dict[str, str]]:
    """Rows of a tab-separated table with a header and no quoting."""
    lines = path.read_text(encoding="utf-8").splitlines()
    names = lines[0].split("\t")
    return [dict(zip(names, line.split("\t"), strict=False)) for line in lines[1:] if line]


def tar_members(paths: list[Path]) -> Iterator[tuple[str, bytes]]:
    """Stem and bytes of every file in the tars."""
    for path in paths:
        with tarfile.open(path) as tar:
            for member in tar:
                handle = tar.extractfile(member) if member.isfile() else None
                if handle is not None:
                    yield Path(member.name).stem, handle.read()


def flatten(picture: Image.Image) -> Image.Image:
    """The picture as RGB, transparency laid on white."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(white, picture).convert("RGB")
    return picture.convert("RGB")


def decode(item: tuple[str, bytes]) -> tuple[str, np.ndarray, float]:
    """Stem, squashed square and aspect (width / height) of one encoded picture."""
    stem, data = item
    picture = flatten(Image.open(io.BytesIO(data)))
    square = picture.resize((PICTURE_SIDE, PICTURE_SIDE), Image.Resampling.BICUBIC)
    return stem, np.asarray(square), picture.width / picture.height


def prepare_pictures(corpus: Path, work: Path) -> int:
    """Decode the tars into `pictures.npy`, with `pictures.json` beside it in the same order."""
    rows = {row["id"]: row for row in read_table(corpus / "pairs.tsv")}
    array = np.lib.format.open_memmap(
        work / "pictures.npy", "w+", np.uint8, (len(rows), PICTURE_SIDE, PICTURE_SIDE, 3)
    )
    kept: list[dict[str, object]] = []
    aspects: list[float] = []
    with ThreadPoolExecutor(4) as pool:
        tars = sorted(corpus.glob("images-*.tar"))
        for stem, square, aspect in pool.map(decode, tar_members(tars)):
            row = rows.get(stem)
            if row is None:
                continue
            array[len(kept)] = square
            aspects.append(aspect)
            texts = [text.strip() for text in row["texts"].split(" ||| ") if text.strip()]
            kept.append({"kind": row["kind"], "source": row["source"], "texts": texts})
    array.flush()
    np.save(work / "aspect.npy", np.array(aspects, np.float32))
    (work / "pictures.json").write_text(json.dumps(kept), encoding="utf-8")
    return len(kept)


def render_icon(svg: str, side: int = ICON_SIDE) -> np.ndarray:
    """One SVG as straight-alpha RGBA, `side` pixels square, its shape centred."""
    data = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=side))
    picture = Image.open(io.BytesIO(data)).convert("RGBA")
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    canvas = Image.new("RGBA", (side, side))
    canvas.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    return np.asarray(canvas)


def prepare_icons(corpus: Path, work: Path) -> int:
    """Render the SVGs into `icons.npy`, with `icons.json`; unreadable ones are left out."""
    rows = {row["id"]: row for row in read_table(corpus / "icons.tsv")}
    array = np.lib.format.open_memmap(
        work / "icons.npy", "w+", np.uint8, (len(rows), ICON_SIDE, ICON_SIDE, 4)
    )
    kept: list[dict[str, object]] = []
    for stem, data in tar_members([corpus / "icons.tar"]):
        row = rows.get(stem)
        if row is None:
            continue
        try:
            rendered = render_icon(data.decode("utf-8"))
        except Exception as error:  # a renderer's own error types are not public
            print(f"left out {stem}: {error}")
            continue
        if rendered[..., 3].max() == 0:
            continue
        tags = [tag.strip() for tag in row["tags"].split(",") if tag.strip()]
        array[len(kept)] = rendered
        kept.append({k: row[k] for k in ("kind", "name", "set", "style")} | {"tags": tags})
    array.flush()
    (work / "icons.json").write_text(json.dumps(kept), encoding="utf-8")
    return len(kept)


def main(arguments: list[str] | None = None) -> None:
    """Command line: --corpus and --work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    options = parser.parse_args(arguments)
    options.work.mkdir(parents=True, exist_ok=True)
    print("pictures", prepare_pictures(options.corpus, options.work), flush=True)
    print("icons", prepare_icons(options.corpus, options.work), flush=True)


if __name__ == "__main__":
    main()
