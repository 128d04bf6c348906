"""``classify``, ``embed`` and ``export``: what a model thinks, for people and programs."""

import csv
import os
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.cli.command import DEADLINE_S, command, environment
from tests.cli.conftest import HOSTILE, Place
from tests.cli.test_index import _heed_interrupts, wait
from tests.core.encoders import tiny
from tests.core.house import paint

COLOURS = ["red", "green", "blue", "yellow"]


@pytest.fixture
def painted(empty: Place, _starter_is_here: None) -> Place:
    """A picture of each colour, one with a name that is hard to say, and one that is none."""
    for number, colour in enumerate(COLOURS):
        paint(empty.pictures / f"{colour}.png", colour, number)
    if os.name == "posix":
        (empty.pictures / "red.png").rename(empty.pictures / "red\nline.png")
    (empty.pictures / "broken.png").write_bytes(b"no picture")
    return empty


def test_classify(painted: Place) -> None:
    labels = ",".join(COLOURS)
    answer = painted.clipdesk("classify", "--labels", labels, painted.pictures, "--json").json
    assert list(answer) == ["model", "labels", "results", "failed"]
    assert (answer["model"], answer["labels"]) == ("starter", COLOURS)
    assert len(answer["results"]) == len(COLOURS)
    for result in answer["results"]:
        assert list(result) == ["path", "label", "probability", "probabilities"]
        assert Path(result["path"]).is_file()
        assert Path(result["path"]).name.startswith(result["label"])
        assert list(result["probabilities"]) == COLOURS
        assert result["probability"] == max(result["probabilities"].values())
        assert sum(result["probabilities"].values()) == pytest.approx(1, abs=1e-4)
    (failed,) = answer["failed"]
    assert failed["path"] == str(painted.pictures / "broken.png")

    said = painted.clipdesk("classify", "--labels", labels, painted.pictures)
    assert said.status == 0
    assert len(said.out.splitlines()) == len(COLOURS)
    assert "%  blue " in said.out
    assert "broken.png" in said.err
    assert not painted.library.exists(), "asking must not make a library"


def test_classify_with_labels_from_a_file_and_a_sigmoid(painted: Place, tmp_path: Path) -> None:
    config = {**tiny.config(), "init_logit_scale": 1.0, "init_logit_bias": -3.0}
    tiny.folder(tmp_path / "tiny", config)
    labels = tmp_path / "labels.txt"
    labels.write_text("red: a red thing; all red\nblue\n")
    arguments = ("--labels", labels, "--model", f"tiny:{tmp_path / 'tiny'}")
    picture = painted.pictures / "blue.png"
    painted.clipdesk("models", "trust", f"tiny:{tmp_path / 'tiny'}")
    answer = painted.at_once("classify", picture, *arguments, "--json").json
    (result,) = answer["results"]
    assert list(result["probabilities"]) == ["red", "blue"]
    # exp(1) · cosine - 3 is below 0: nobody else has to be right.
    assert sum(result["probabilities"].values()) < 0.9


def test_label_sets_that_are_refused(painted: Place, tmp_path: Path) -> None:
    picture = painted.pictures / "blue.png"
    (tmp_path / "none.txt").write_text("\n")
    for labels, words in (
        ("red,blue,Red", "“Red”"),
        ("", "no name"),
        ("red", "alone"),
        ("nowhere.txt", "can't be read"),
        (str(tmp_path / "none.txt"), "no labels"),
    ):
        assert painted.clipdesk("classify", picture, "--labels", labels).complains(words)
    template = ("classify", picture, "--labels", "a,b", "--template", "a photo")
    assert painted.clipdesk(*template).complains("no place")
    broken = painted.pictures / "broken.png"
    assert painted.clipdesk("classify", broken, "--labels", "a,b", "--json").complains(
        "None of the pictures", "broken.png"
    )
    assert painted.clipdesk("classify", tmp_path / "no", "--labels", "a,b", "--json").complains(
        "None of the pictures"
    )
    assert painted.clipdesk("classify", picture).complains("--labels", status=2)


@pytest.mark.parametrize(
    ("name", "templates"),
    [
        ("clothing", ("a photo of a {}", "{}", "a {}, a piece of clothing", "a {} lying flat")),
        ("grocery", ()),
    ],
)
def test_real_labels_are_given_as_the_starter_was_measured(
    shared_pictures: Path, empty: Place, tmp_path: Path, name: str, templates: tuple[str, ...]
) -> None:
    """Against open_clip's own towers and transform, by the recipe of the model card."""
    with (shared_pictures / "b-labels" / "labels.tsv").open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table, delimiter="\t") if row["set"] == name]
    labels = sorted({row["label"] for row in rows})
    wanted = {str(shared_pictures / "b-labels" / row["file"]): row["label"] for row in rows}
    file = tmp_path / "labels.txt"
    file.write_text("\n".join(label.lower() for label in labels))
    said = [word for template in templates for word in ("--template", template)]
    answer = empty.clipdesk("classify", "--labels", file, *said, *wanted, "--json").json
    by_name = dict(zip(answer["labels"], labels, strict=True))
    right = [by_name[each["label"]] == wanted[each["path"]] for each in answer["results"]]
    assert len(right) == len(rows)
    assert np.mean(right) == pytest.approx(reference(labels, templates, wanted), abs=0.02)


def reference(labels: list[str], templates: tuple[str, ...], wanted: dict[str, str]) -> float:
    """The share that is right, by open_clip's own towers."""
    import json

    import open_clip
    import torch
    from open_clip.tokenizer import SimpleTokenizer
    from PIL import Image, ImageOps
    from safetensors.torch import load_file

    from clipdesk.core.encoders import starter
    from clipdesk.core.labels.sets import TEMPLATES

    folder = starter.folder()
    config = json.loads((folder / "open_clip_config.json").read_text("utf-8"))
    config["model_cfg"].pop("custom_text", None)
    model = open_clip.CustomTextCLIP(**config["model_cfg"]).eval()
    model.load_state_dict(
        {k: v.float() for k, v in load_file(folder / "weights.safetensors").items()}
    )
    preprocess = config["preprocess_cfg"]
    transform = open_clip.image_transform(
        preprocess["size"],
        is_train=False,
        **{key: preprocess[key] for key in ("mean", "std", "interpolation", "resize_mode")},
    )
    tokenize = SimpleTokenizer(
        bpe_path=str(folder / "bpe.txt.gz"),
        context_length=config["model_cfg"]["text_cfg"]["context_length"],
    )
    with torch.inference_mode():
        classes = torch.stack(
            [
                model.encode_text(
                    tokenize([t.format(label.lower()) for t in templates or TEMPLATES]),
                    normalize=True,
                ).mean(0)
                for label in labels
            ]
        )
        classes = classes / classes.norm(dim=1, keepdim=True)
        hits = 0
        for path, label in wanted.items():
            with Image.open(path) as picture:
                pixels = transform(ImageOps.exif_transpose(picture).convert("RGB"))[None]
            seen = model.encode_image(pixels, normalize=True)
            hits += labels[int((seen @ classes.T).argmax())] == label
    return hits / len(wanted)


def test_embed(painted: Place, tmp_path: Path) -> None:
    files = [painted.pictures / "green.png", painted.pictures / "broken.png"]
    asked = ("embed", *files, "--text", "a green square", "--text", "a dog")
    answer = painted.clipdesk(*asked, "--json").json
    assert list(answer) == ["model", "dimensions", "rows", "vectors", "failed"]
    assert (answer["rows"], answer["dimensions"]) == (3, 384)
    green, square, dog = (np.array(each["vector"]) for each in answer["vectors"])
    assert answer["vectors"][0]["path"] == str(files[0])
    assert [each.get("text") for each in answer["vectors"]] == [None, "a green square", "a dog"]
    assert np.linalg.norm([green, square, dog], axis=1) == pytest.approx(np.ones(3), abs=1e-4)
    assert green @ square > green @ dog
    assert [each["path"] for each in answer["failed"]] == [str(files[1])]

    out = tmp_path / "vectors.npy"
    told = painted.clipdesk(*asked, "--out", out, "--json").json
    assert (told["out"], told["rows"]) == (str(out), 3)
    assert np.load(out) == pytest.approx(np.stack([green, square, dog]), abs=1e-5)
    words = painted.clipdesk("embed", "--text", "a dog")
    assert words.status == 0
    assert len(words.out.strip().split("\t")) == 1 + 384
    assert painted.clipdesk("embed").complains("nothing to embed")
    assert painted.clipdesk(*asked, "--out", tmp_path / "v.txt").status == 1


@pytest.mark.usefixtures("indexed")
def test_export(place: Place, tmp_path: Path, count: int) -> None:
    out = tmp_path / "library.npy"
    answer = place.clipdesk("export", out, "--json").json
    assert answer == {"file": str(out), "model": "starter", "dimensions": 384, "rows": count}
    vectors = np.load(out)
    with out.with_suffix(".tsv").open("rb") as table:
        text = os.fsdecode(table.read()).splitlines(keepends=True)
    rows = list(csv.DictReader(text, delimiter="\t"))
    there = {str(file) for file in place.pictures.iterdir() if file.name not in HOSTILE}
    assert {row["path"] for row in rows} == there
    one = place.clipdesk("embed", place.pictures / "blue 2.png", "--json").json["vectors"][0]
    number = [row["path"] for row in rows].index(one["path"])
    assert vectors[number] == pytest.approx(np.array(one["vector"]), abs=1e-3)
    assert place.clipdesk("export", tmp_path / "v.txt").complains(".npy nor .parquet")


def test_export_of_nothing(empty: Place, tmp_path: Path) -> None:
    assert empty.clipdesk("export", tmp_path / "v.npy").complains("empty", "clipdesk index")
    assert not (tmp_path / "v.npy").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send")
def test_broken_off_they_leave_nothing_behind(painted: Place, tmp_path: Path) -> None:
    """And do not say that they did."""
    for number in range(400):
        paint(painted.pictures / "many" / f"{number}.png", "red", number)
    out = tmp_path / "v.npy"
    arguments = ("embed", painted.pictures / "many", "--out", out, "--library", painted.library)
    with subprocess.Popen(
        command(*arguments),
        env=environment(painted.home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heed_interrupts,  # noqa: PLW1509 - no threads run here
    ) as process:
        try:
            while not out.with_name("v.npy.part").exists():
                assert process.poll() is None
                wait(process)
            process.send_signal(signal.SIGINT)
            said, complaint = process.communicate(timeout=DEADLINE_S)
        finally:
            process.kill()
    assert (process.returncode, said, complaint) == (130, "", "clipdesk: Interrupted.\n")
    assert list(tmp_path.glob("v.*")) == []
