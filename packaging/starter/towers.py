"""Give the starter's towers a second form, which the program runs without torch.

To be run by the program's own Python after each export, whatever the architecture:

    ../../.venv/bin/python towers.py --starter ../../resources/starter
"""

from __future__ import annotations

import argparse
import random
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import synthetic
from export import MAX_BYTES
from PIL import Image

from clipdesk.core.encoders import exam, export, notes, starter, tower
from clipdesk.core.encoders.converted import ConvertedEncoder
from clipdesk.core.encoders.openclip import OpenClipEncoder
from clipdesk.core.encoders.recipe import Recipe, read_config
from clipdesk.core.encoders.tokens import tokenizer
from clipdesk.core.encoders.towers import IMAGE, Form, Towers

IMAGE_COSINE, TEXT_COSINE = 0.999, 0.9999


def recipe(folder: Path) -> Recipe:
    """How the starter in a folder is built."""
    model_cfg, preprocess_cfg = read_config(folder)
    return Recipe(
        name="starter",
        architecture="starter",
        model_cfg=model_cfg,
        preprocess_cfg=preprocess_cfg,
        weights=folder / starter.WEIGHTS,
        tokenizer=folder / starter.VOCABULARY,
        towers=folder / starter.TOWERS,
    )


def probes(size: int, count: int = 64) -> tuple[np.ndarray, list[str]]:
    """Drawn pictures as the encoder takes them, and words about them."""
    pixels, words = [], []
    for seed in range(count):
        picture, texts = synthetic.draw_single(random.Random(seed), 2)
        pixels.append(np.asarray(picture.resize((size, size), Image.Resampling.BICUBIC)))
        words.append(texts[0])
    return np.stack(pixels), words


def convert(folder: Path) -> Towers:
    """Write the towers of the starter in `folder`; raise SystemExit where they differ too much."""
    made_of = recipe(folder)
    target = folder / starter.TOWERS
    encoder = OpenClipEncoder(made_of, notes.digest(made_of.weights))
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    # The image tower in halves, exact to five digits. The text tower is read off the weights
    # themselves: they lie beside it, and are in halves.
    export.save(export.image_tower(encoder.network, encoder.space.spec), target / IMAGE)
    copy = target / "captions.safetensors"
    reading = replace(export.reading(encoder.network, copy), file=f"../{starter.WEIGHTS}")
    copy.unlink()

    def described(image: float, text: float) -> Towers:
        return Towers(
            folder=target,
            weights_hash=encoder.space.weights_hash,
            spec=encoder.space.spec,
            dimensions=encoder.space.dimensions,
            calibration=encoder.calibration,
            image=Form("float16", "f32", image),
            text=Form("float16", "f32", text),
            made_with=tower.version(),
            reading=reading,
        )

    towers = described(0, 0)
    towers.write()  # the encoder tells its compiled forms apart by what is written there
    converted = ConvertedEncoder(encoder.space, towers, lambda: tokenizer(made_of))
    pixels, words = probes(encoder.space.spec.size)
    image = exam.lowest(encoder.encode_images(pixels), converted.encode_images(pixels))
    text = exam.lowest(encoder.encode_texts(words), converted.encode_texts(words))
    print(f"lowest cosine to the network itself: pictures {image:.5f}, captions {text:.5f}")
    if image < IMAGE_COSINE or text < TEXT_COSINE:
        raise SystemExit("the towers differ too much from the network")
    towers = described(round(image, 5), round(text, 5))
    towers.write()
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{folder}: {size} bytes")
    if size > MAX_BYTES:
        raise SystemExit(f"{size} bytes are too many for the package")
    return towers


def main(arguments: list[str] | None = None) -> None:
    """Command line: the folder of an exported starter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starter", type=Path, required=True)
    convert(parser.parse_args(arguments).starter)


if __name__ == "__main__":
    main()
