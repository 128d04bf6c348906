"""The commands and their arguments."""

import argparse
import os
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from clipdesk import __version__
from clipdesk.cli.output import complain
from clipdesk.core.paths import Directories, printable

_MODELS = """\
models are named
  starter                  the small one that is built in
  ARCH/TAG                 OpenCLIP's own names, e.g. ViT-B-32/laion2b_s34b_b79k
  hf-hub:ORG/NAME          a repository of the Hugging Face hub
  ARCH:PATH                weights on this computer (.pt, .safetensors, or a folder)
  adapted:FILE             what clipdesk adapt has made
  plugin:NAME              an encoder of another package that is installed
  service:NAME             a hosted one: pictures leave this computer (clipdesk models add NAME)
Nothing is downloaded unless you say so (clipdesk models get NAME)."""

_COMMANDS = (
    *("index", "search", "similar", "eval", "status", "models", "demo"),
    *("classify", "embed", "export", "caption", "adapt"),
    *("exclude", "relocate", "doctor", "backup", "restore"),
)


_WITH_MODELS = ("index", "eval", "models", "embed", "caption", "adapt")
_ASKING = ("eval", "classify", "embed", "caption", "export")
"""Broken off, these leave nothing behind."""
_LABELS = """\
a file of labels
  red chair
  lamp: a lamp on a table; a {} that hangs from the ceiling
# and empty lines are passed over; captions after the colon are used instead of templates."""


class _Parser(argparse.ArgumentParser):
    """Complains in one line, as everything else here does."""

    def error(self, message: str) -> NoReturn:
        complain(f"{message[0].upper()}{message[1:]}.", f"Try: {self.prog} --help")
        self.exit(2)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options, with ``run`` the function that does the command."""
    # The window is the command that has no name: anything that is not a command is a folder.
    if _first_word(arguments) in _COMMANDS or {"-h", "--help"} & set(arguments):
        return _parser().parse_args(arguments)
    parser = _window_parser()
    options = parser.parse_args(arguments)
    for folder in options.folders:
        # A bare word that is no folder was meant as a command.
        if len(folder.parts) == 1 and folder.name and not folder.exists():
            near = get_close_matches(folder.name, _COMMANDS, n=1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            parser.error(f"there is no folder or command {printable(folder)}{hint}")
    return options


def _first_word(arguments: Sequence[str]) -> str:
    words = iter(arguments)
    for word in words:
        if word == "--library":
            next(words, None)
        elif not word.startswith("-"):
            return word
    return ""


def _parser() -> argparse.ArgumentParser:
    parser = _bare("clipdesk [FOLDER…]\n       clipdesk COMMAND …")
    parser.epilog = "Without a command the window opens, on these folders if any are given."
    commands = parser.add_subparsers(
        title="commands", metavar="COMMAND", required=True, prog="clipdesk"
    )

    def command(
        name: str, words: str, *, json: bool = True, epilog: str | None = None
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(
            name,
            help=words,
            description=f"{words[0].upper()}{words[1:]}.",
            epilog=epilog or (_MODELS if name in _WITH_MODELS else None),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        sub.set_defaults(run=_lazily(name), keeps=name not in _ASKING)
        # Here and before the command: both places are where people look for it.
        sub.add_argument(
            "--library", type=_library, default=argparse.SUPPRESS, metavar="DIR", help=_LIBRARY
        )
        if json:
            sub.add_argument("--json", action="store_true", help="one JSON object, nothing else")
        return sub

    index = command("index", "take the pictures of folders into the library")
    index.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    index.add_argument("--model", metavar="NAME", help="change the library to this model")

    index.add_argument(
        "--forget-missing",
        action="store_true",
        help="forget pictures that are gone, even if they are most of a folder",
    )
    index.add_argument(
        "--anew",
        action="store_true",
        help="watch a folder as another, though it holds the pictures of one that is not there",
    )

    search = command("search", "find pictures by a caption")
    search.add_argument("caption", metavar="CAPTION", nargs="?", default="")
    search.add_argument(
        "--tag", action="append", default=[], dest="tags", metavar="NAME", help="only what has it"
    )
    similar = command("similar", "find pictures that look like this one")
    similar.add_argument("image", type=Path, metavar="IMAGE")
    for sub in (search, similar):
        sub.add_argument(
            "-k", type=_positive, default=20, metavar="N", help="how many at most (20)"
        )

    _ask_models(command)
    command("status", "tell what the library holds")

    _ask_folders(command)
    doctor = command("doctor", "look the library over: is everything sound, and in step")
    doctor.add_argument("--mend", action="store_true", help="mend what can be made again")
    backup = command("backup", "copy the library to one file, for another computer or a bad day")
    backup.add_argument("file", type=Path, metavar="FILE")
    backup.add_argument("--thumbnails", action="store_true", help="with the thumbnails")
    restore = command("restore", "make the library what a backup holds")
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument(
        "--replace", action="store_true", help="put the library that is there aside"
    )

    _models_arguments(command("models", "list models, fetch one, or set up a hosted one"))

    demo = command("demo", "show the main job on a small demo library, or on folders", json=False)
    demo.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    demo.add_argument("--screenshots", type=Path, metavar="DIR", help="where pictures of it go")
    return parser


def _models_arguments(models: argparse.ArgumentParser) -> None:
    actions = ("list", "get", "add", "remove", "import", "trust")
    models.add_argument("action", nargs="?", choices=actions, default="list")
    models.add_argument("name", nargs="?", metavar="NAME|FILE")
    models.add_argument("--all", action="store_true", help="list every model there is")
    models.add_argument(
        "--architecture", default="", metavar="ARCH", help="of a file that does not tell it"
    )
    models.add_argument(
        "--yes", action="store_true", help="download, or send pictures, without asking again"
    )
    models.add_argument(
        "--set",
        action="append",
        default=[],
        dest="settings",
        metavar="NAME=VALUE",
        help="how a hosted model is reached: address, project, location",
    )


def _ask_models(command: Callable[..., argparse.ArgumentParser]) -> None:
    """What is asked of a model, rather than of the library."""
    evaluate = command("eval", "measure how well words find pictures, and pictures their like")
    adapt = command("adapt", "make a model better at your own pictures, if it does become better")
    for sub in (evaluate, adapt):
        sub.add_argument(
            "pairs",
            nargs="?",
            type=Path,
            metavar="PAIRS.tsv|FOLDER",
            help="a table with the columns file and caption (or group; relevance may be one), or"
            " a folder: its names are the captions; without either, those of the library",
        )
        sub.add_argument(
            "--caption", default="caption", metavar="COLUMN", help="where captions are (caption)"
        )
        sub.add_argument(
            "--group", default="group", metavar="COLUMN", help="where groups are (group)"
        )
    evaluate.add_argument(
        "--model", metavar="NAME", action="append", help="measure this model; several: compare them"
    )
    evaluate.add_argument(
        "--report", type=Path, metavar="FOLDER", help="write a page with plots there"
    )

    classify = command("classify", "say which of your labels fits each picture", epilog=_LABELS)
    classify.add_argument(
        "--labels", required=True, metavar="FILE|A,B,C", help="a file with one a line, or a list"
    )
    classify.add_argument(
        "--template",
        action="append",
        metavar="WORDS",
        help="how a label is said, with {} where it goes; several are averaged",
    )
    classify.add_argument(
        "--apply", action="store_true", help="give pictures of the library their labels as tags"
    )
    classify.add_argument(
        "--from",
        type=_share,
        default=0.5,
        dest="least",
        metavar="P",
        help="with --apply: labels of this probability and above (0.5)",
    )
    embed = command("embed", "give the vectors of pictures and texts, for other programs")
    embed.add_argument("--text", action="append", default=[], metavar="WORDS", help="a text, too")
    embed.add_argument(
        "--out", type=Path, metavar="FILE", help="write them to an .npy file (or .parquet)"
    )
    caption = command("caption", "describe pictures in words, with a CoCa model")
    for sub in (classify, embed, caption):
        sub.add_argument(
            "files",
            nargs="*" if sub is embed else "+",
            type=Path,
            metavar="FILE",
            help="a picture, or a folder of them",
        )
        sub.add_argument("--model", metavar="NAME", help="ask this model")
    adapt.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="where to put it (.safetensors)"
    )
    adapt.add_argument("--model", metavar="NAME", help="adapt this model")
    adapt.add_argument(
        "--towers",
        choices=("head", "lora", "all"),
        default="head",
        help="head: a map of the vectors, in seconds; lora, all: a little of the weights, or all of"
        " them, by torch (head)",
    )
    adapt.add_argument(
        "--sides",
        choices=("text", "both"),
        default="text",
        help="text: how words are read; the library's pictures need not be seen again (text)",
    )
    adapt.add_argument("--loss", choices=("softmax", "sigmoid"), help="as the model was trained")
    adapt.add_argument(
        "--anyway", action="store_true", help="keep it even if it is not surely better"
    )
    export = command("export", "write the library's vectors to a file, for other programs")
    export.add_argument(
        "file", type=Path, metavar="FILE", help=".npy (with a .tsv beside it), or .parquet"
    )


def _ask_folders(command: Callable[..., argparse.ArgumentParser]) -> None:
    exclude = command("exclude", "leave pictures out of a watched folder, or tell which are")
    exclude.add_argument("folder", type=Path, metavar="FOLDER")
    exclude.add_argument(
        "patterns", nargs="*", metavar="PATTERN", help="as in a .gitignore, beside those before"
    )
    exclude.add_argument("--smaller", type=_bytes, metavar="SIZE", help="files below 20k, 1M …")
    exclude.add_argument("--larger", type=_bytes, metavar="SIZE", help="files above it; 0 for none")
    exclude.add_argument("--kind", action="append", default=[], metavar="GIF", help="this kind")
    exclude.add_argument(
        "--hidden", action=argparse.BooleanOptionalAction, help="hidden files and folders"
    )
    exclude.add_argument("--clear", action="store_true", help="forget what was said before")
    relocate = command("relocate", "tell that a watched folder is at another place now")
    relocate.add_argument("old", type=Path, metavar="OLD")
    relocate.add_argument("new", type=Path, metavar="NEW")


def _window_parser() -> argparse.ArgumentParser:
    parser = _bare("clipdesk [FOLDER…]")
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.set_defaults(run=_lazily("window"))
    return parser


_LIBRARY = "the library to use (your own, where the system keeps such things)"


def _bare(usage: str) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="clipdesk",
        usage=usage,
        description="Find pictures in your own folders by describing them, or by a picture.",
    )
    parser.add_argument("--version", action="version", version=f"ClipDesk {__version__}")
    parser.add_argument(
        "--library", type=_library, default=Directories.default(), metavar="DIR", help=_LIBRARY
    )
    return parser


def _lazily(command: str) -> Callable[[argparse.Namespace], int]:
    def run(options: argparse.Namespace) -> int:
        status: int = import_module(f"clipdesk.cli.{command}").run(options)
        return status

    return run


def _library(text: str) -> Directories:
    library = Directories.under(Path(text))
    for place in (library.data, *library.data.parents):
        if os.path.lexists(place) and not place.is_dir():
            raise argparse.ArgumentTypeError(
                f"{printable(place)} is in the way: a library is a folder, name another place"
            )
    try:
        library.catalog.stat()
    except FileNotFoundError:
        pass  # it will be made when pictures are taken in
    except OSError as error:
        raise argparse.ArgumentTypeError(
            f"no library can be at {printable(text)}: {error.strerror}"
        ) from error
    return library


def _bytes(text: str) -> int:
    """A size such as 500, 20k or 1.5M, in bytes."""
    units = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
    number, unit = text.lower().removesuffix("b"), 1
    if number[-1:] in units:
        number, unit = number[:-1], units[number[-1]]
    try:
        size = int(float(number) * unit)
    except (ValueError, OverflowError):
        size = -1
    if size < 0:
        raise argparse.ArgumentTypeError(f"{text} is no size: try 20k or 1M")
    return size


def _share(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError("must be from 0 to 1")
    return number


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
