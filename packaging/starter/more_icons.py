"""Add whole icon packages to the prepared icons: Material Design Icons and Tabler, both with tags.

`npm pack @mdi/svg@7.4.47 @tabler/icons@3.51.0`, unpack each, and name the folders here. Names of
the measuring sets are left out, as in the corpus.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from prepare import ICON_SIDE, read_table, render_icon

About = dict[str, object]


def plain(name: str) -> str:
    """A file's name as words."""
    return name.replace("-", " ").strip().lower()


def from_mdi(folder: Path) -> Iterator[tuple[Path, About]]:
    """Icons of @mdi/svg: aliases and tags count as keywords."""
    for row in json.loads((folder / "meta.json").read_text(encoding="utf-8")):
        tags = [plain(alias) for alias in row["aliases"]]
        tags += [part.strip().lower() for tag in row["tags"] for part in tag.split("/")]
        about: About = {"kind": "icon", "name": plain(row["name"]), "set": "mdi", "tags": tags}
        if not row["deprecated"]:
            yield folder / "svg" / f"{row['name']}.svg", about | {"style": "solid"}


def from_tabler(folder: Path) -> Iterator[tuple[Path, About]]:
    """Icons of @tabler/icons in all their styles, brands left out."""
    rows = json.loads((folder / "icons.json").read_text(encoding="utf-8"))
    for name, row in rows.items():
        if row["category"] == "Brand":
            continue
        tags = [str(tag).lower() for tag in row["tags"]]
        about: About = {"kind": "icon", "name": plain(name), "set": "tabler", "tags": tags}
        for style in row["styles"]:
            yield folder / "icons" / style / f"{name}.svg", about | {"style": style}


def main(arguments: list[str] | None = None) -> None:
    """Command line: --work, the unpacked packages, and the table of names to leave out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--mdi", type=Path)
    parser.add_argument("--tabler", type=Path)
    parser.add_argument("--leave-out", type=Path, required=True, help="keywords.tsv to measure on")
    options = parser.parse_args(arguments)
    icons: list[About] = json.loads((options.work / "icons.json").read_text(encoding="utf-8"))
    old = np.load(options.work / "icons.npy", mmap_mode="r")[: len(icons)]
    seen = {(icon["set"], str(icon["name"]).lower(), icon["style"]) for icon in icons}
    held_out = {plain(row["name"]) for row in read_table(options.leave_out)}
    rendered: list[np.ndarray] = []
    sources = [from_mdi(options.mdi)] if options.mdi else []
    sources += [from_tabler(options.tabler)] if options.tabler else []
    for source in sources:
        for path, about in source:
            name = str(about["name"])
            base = name.removesuffix(" outline").removesuffix(" filled")
            if (about["set"], name, about["style"]) in seen or {name, base} & held_out:
                continue
            if not path.exists():
                continue
            picture = render_icon(path.read_text(encoding="utf-8"))
            if picture[..., 3].any():
                rendered.append(picture)
                icons.append(about)
    # Written anew and moved into place: a training that still reads the old file is not disturbed.
    draft = options.work / "icons.part.npy"
    shape = (len(icons), ICON_SIDE, ICON_SIDE, 4)
    array = np.lib.format.open_memmap(draft, "w+", np.uint8, shape)
    array[: len(old)] = old
    array[len(old) :] = np.stack(rendered)
    array.flush()
    draft.replace(options.work / "icons.npy")
    (options.work / "icons.json").write_text(json.dumps(icons), encoding="utf-8")
    print("icons", len(icons))


if __name__ == "__main__":
    main()
