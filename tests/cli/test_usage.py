"""How commands are called, and what is said when they are called wrongly."""

from pathlib import Path

import pytest

from clipdesk import __version__
from clipdesk.cli.arguments import parse
from tests.cli.command import clipdesk
from tests.cli.conftest import Place
from tests.core.house import paint


def test_version_and_help(tmp_path: Path) -> None:
    version = clipdesk("--version", home=tmp_path)
    assert (version.status, version.out, version.err) == (0, f"ClipDesk {__version__}\n", "")
    told = clipdesk("--help", home=tmp_path)
    assert told.status == 0
    for command in ("index", "search", "similar", "eval", "status", "models", "demo"):
        assert f"\n    {command} " in told.out
    told = clipdesk("index", "--help", home=tmp_path)
    assert told.status == 0
    assert "ARCH:PATH" in told.out
    assert max(map(len, told.out.splitlines())) <= 100
    assert not list(tmp_path.iterdir()), "asking for help must not make a library"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["index"], "FOLDER"),
        (["search"], "CAPTION"),
        (["search", "red", "-k", "0"], "-k"),
        (["search", "red", "-k", "many"], "-k"),
        (["status", "--frobnicate"], "--frobnicate"),
        (["--frobnicate"], "--frobnicate"),
        (["serach", "red"], "search"),
    ],
)
def test_wrong_usage(tmp_path: Path, arguments: list[str], words: str) -> None:
    said = clipdesk(*arguments, home=tmp_path)
    assert said.complains(words, "--help", status=2)
    assert "FOLDER…] clipdesk" not in said.err, "the way to the help is a command"


def test_what_is_not_there(empty: Place, tmp_path: Path) -> None:
    nowhere = tmp_path / "no where"
    paint(empty.pictures / "red.png", "red")
    assert empty.clipdesk("index", nowhere, "--json").complains("no folder", str(nowhere))
    assert empty.clipdesk("similar", nowhere, "--json").complains("no picture", str(nowhere))
    assert empty.clipdesk("eval", nowhere, "--json").complains(str(nowhere))
    assert empty.clipdesk("search", "red", "--json").complains("empty", "clipdesk index")
    assert empty.clipdesk(nowhere).complains("no folder", str(nowhere))
    status = empty.clipdesk("status", "--json").json
    assert (status["pictures"], status["roots"]) == (0, [])
    assert not empty.library.exists(), "asking must not make a library"


def test_tables_that_are_none(empty: Place, tmp_path: Path) -> None:
    table = tmp_path / "captions.tsv"
    table.write_text("picture\twords\na.png\ta cat\n")
    assert empty.clipdesk("eval", table).complains("file and caption")
    table.write_text("file\tcaption\n")
    assert empty.clipdesk("eval", table).complains("no captions")
    table.write_bytes(b"file\tcaption\na.png\t\xff\xfe\n")
    assert empty.clipdesk("eval", table).complains("UTF-8")


def test_models(empty: Place, tmp_path: Path) -> None:
    paint(empty.pictures / "red.png", "red")
    listed = empty.clipdesk("models", "--json").json["models"]
    assert listed[0]["name"] == "starter"
    assert all(
        set(model) >= {"name", "summary", "here", "size_bytes", "source", "licence"}
        for model in listed
    )
    index = ("index", empty.pictures, "--json", "--model")
    near = empty.clipdesk(*index, "ViT-B-23/laion2b_s34b_b79k")
    assert near.complains("ViT-B-23", "Did you mean", "ViT-B-32")
    far = empty.clipdesk(*index, "ViT-B-32/laion2b_s34b_b79k")
    assert far.complains("ViT-B-32/laion2b_s34b_b79k")
    assert empty.clipdesk(*index, f"ViT-B-32:{tmp_path / 'none.pt'}").complains("none.pt")
    assert not empty.library.exists(), "a model that is not here must leave the library alone"


def test_a_library_where_none_can_be(empty: Place, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"precious")
    for library in (file, file / "under"):
        said = clipdesk("status", "--json", "--library", library, home=empty.home)
        assert said.complains(f"--library: {file} is in the way", "another place", status=2)
    for arguments in (["index", "."], ["search", "red"], ["restore", "kept"], ["models"], ["."]):
        with pytest.raises(SystemExit):
            parse(["--library", str(file), *arguments])
    with pytest.raises(SystemExit):
        parse(["status", "--library", str(tmp_path / ("x" * 300))])
    assert file.read_bytes() == b"precious"


def test_a_library_that_is_damaged(empty: Place) -> None:
    empty.library.mkdir()
    (empty.library / "catalog.sqlite").write_bytes(b"this is no catalogue at all\n" * 100)
    paint(empty.pictures / "red.png", "red")
    for arguments in (("status",), ("search", "red"), ("index", empty.pictures)):
        assert empty.clipdesk(*arguments, "--json").complains("catalog.sqlite")


@pytest.mark.parametrize("library", [["--library", "demo"], ["--library=demo"]])
def test_an_options_value_is_no_command(library: list[str], tmp_path: Path) -> None:
    (tmp_path / "pics").mkdir()
    pics = str(tmp_path / "pics")
    assert parse([*library, pics]).folders == [Path(pics)]
    options = parse([*library, "search", "status"])
    assert (options.caption, options.library.data.name) == ("status", "demo")
