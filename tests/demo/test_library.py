"""The demo library: drawn whole, the same everywhere, and only once."""

import csv
from pathlib import Path

import pytest
from PIL import Image

from clipdesk import demo


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    assert demo.write(folder) == demo.PICTURES
    return folder


def times(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_every_picture_is_there_and_opens(library: Path) -> None:
    assert 80 <= len(demo.PICTURES) <= 120
    for picture in demo.PICTURES:
        path = library / picture.name
        if path.suffix == ".svg":
            assert path.read_text(encoding="utf-8").startswith("<svg")
            continue
        with Image.open(path) as image:
            image.load()
            # A picture of one colour is a drawing that went wrong.
            assert any(low < high for low, high in image.convert("RGB").getextrema())


def test_it_holds_what_designers_keep(library: Path) -> None:
    endings = {Path(picture.name).suffix for picture in demo.PICTURES}
    assert endings == {".jpg", ".png", ".webp", ".gif", ".tif", ".avif", ".svg"}
    with Image.open(library / "Icons/home.png") as icon:
        assert icon.getchannel("A").getextrema() == (0, 255)
    with Image.open(library / "Scenes/green hills panorama.jpg") as panorama:
        assert panorama.width > 2 * panorama.height


def test_words_are_drawn_without_a_font_of_the_system(library: Path) -> None:
    with Image.open(library / "Posters/sale.png") as poster:
        letters = poster.convert("L").crop((60, 120, 660, 300))
        assert letters.getextrema()[1] == 255  # white type on red


def test_captions_can_be_measured_by(library: Path) -> None:
    with (library / "captions.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert {row["file"] for row in rows} == {picture.name for picture in demo.PICTURES}
    assert all((library / row["file"]).is_file() and row["caption"] for row in rows)
    said = [row["caption"] for row in rows]
    assert len(said) == len(set(said)), "a caption must tell its picture from all the others"
    assert set(demo.QUERIES) & set(said)
    assert demo.EXAMPLE in demo.CAPTIONS


def test_the_second_time_nothing_is_written(library: Path) -> None:
    before = times(library)
    demo.write(library)
    assert times(library) == before


def test_what_is_missing_is_drawn_again_and_is_the_same(library: Path) -> None:
    lost = [library / "Scenes/under water.jpg", library / "Patterns/terrazzo.webp"]
    was = [path.read_bytes() for path in lost]
    kept = times(library)
    for path in lost:
        path.unlink()
    demo.write(library)
    assert [path.read_bytes() for path in lost] == was
    now = times(library)
    untouched = library / "Objects/red chair.jpg"
    assert now[untouched] == kept[untouched]
    assert not [path for path in now if path.name.endswith(".part")]
