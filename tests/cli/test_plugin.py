"""The example plug-in, built and installed as a person would, used through the command line."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import clipdesk
from tests.conftest import REPOSITORY
from tests.core.house import paint


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which pip has installed the example."""
    site = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    example = REPOSITORY / "packaging" / "plugin"
    options = ["--no-build-isolation", "--disable-pip-version-check", "--target", str(site)]
    subprocess.run([*pip, *options, str(example)], check=True, timeout=120)
    return site


def test_the_example(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures, library, home = (tmp_path / name for name in ("pictures", "library", "home"))
    for number, colour in enumerate(("red", "green", "blue", "yellow")):
        paint(pictures / f"{colour}.png", colour, number)

    def said(*arguments: str | Path) -> dict[str, object]:
        return clipdesk(*arguments, "--library", library, home=home, also=site).json

    listed = clipdesk("models", "--json", home=home, also=site).json["models"]
    (info,) = [model for model in listed if model["name"] == "plugin:palette"]
    assert (info["here"], info["licence"], info["source"]) == (
        True,
        "Apache-2.0",
        "clipdesk-palette 1.0",
    )
    taken = said("index", pictures, "--model", "plugin:palette", "--json")
    assert (taken["indexed"], taken["model"]) == (4, "plugin:palette")
    for colour in ("red", "yellow"):
        hits = said("search", f"something {colour}", "--json")["hits"]
        assert isinstance(hits, list)
        assert Path(hits[0]["path"]).stem == colour
    stranger = paint(tmp_path / "stranger.png", "blue", 90)
    hits = said("similar", stranger, "--json")["hits"]
    assert isinstance(hits, list)
    assert Path(hits[0]["path"]).stem == "blue"
    # Without the package the library says what lacks, and loses nothing.
    gone = clipdesk("search", "red", "--json", "--library", library, home=home)
    assert gone.complains("no plug-in called “palette”")
