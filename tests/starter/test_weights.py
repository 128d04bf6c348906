"""The committed weights: small, readable by stock open_clip, and better than chance by far."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = ROOT / "resources" / "starter"


def test_the_directory_is_small_and_complete() -> None:
    names = {path.name for path in WEIGHTS.iterdir()}
    wanted = {"open_clip_config.json", "weights.safetensors", "bpe.txt.gz", "MODEL_CARD.md"}
    assert wanted <= names
    assert sum(path.stat().st_size for path in WEIGHTS.iterdir()) <= 25_000_000


def test_it_tells_drawn_phrases_apart() -> None:
    import measure

    figure = measure.measure_phrases(measure.Starter(WEIGHTS), 200)["phrase top-1 of 20"]
    # Chance is 5 %.
    assert figure["value"] >= 0.8


def test_odd_captions_are_encoded() -> None:
    import measure
    import numpy as np

    texts = ["", "   ", "猫が寝ている", "word " * 2000, "🦊"]
    vectors = measure.Starter(WEIGHTS).texts(texts)
    assert np.isfinite(vectors).all()
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def test_it_finds_photos_by_caption(shared_pictures: Path) -> None:
    import measure

    figures = measure.measure_captions(measure.Starter(WEIGHTS), shared_pictures)
    # Chance is 3.5 %.
    assert figures["caption recall@10"]["value"] >= 0.4


def test_it_names_what_clothes_and_rubbish_are(shared_pictures: Path) -> None:
    import measure

    figures = measure.measure_labels(measure.Starter(WEIGHTS), shared_pictures)
    # Chance is 10, 2.4 and 17 %.
    assert figures["label clothing top-1"]["value"] >= 0.2
    assert figures["label grocery top-1"]["value"] >= 0.05
    assert figures["label trashnet top-1"]["value"] >= 0.2


def test_it_tells_plain_colours_apart() -> None:
    import measure
    import numpy as np
    from PIL import Image

    names = ["red", "green", "blue", "yellow", "orange", "purple", "black", "white", "brown"]
    starter = measure.Starter(WEIGHTS)
    pictures = starter.pictures([Image.new("RGB", (200, 150), name) for name in names])
    told = 0
    for frame in ("{}", "a {} square", "{} background"):
        scores = starter.texts([frame.format(name) for name in names]) @ pictures.T
        told += int((scores.argmax(1) == np.arange(len(names))).sum())
    # Of 27; yellow and purple are hardest.
    assert told >= 24
