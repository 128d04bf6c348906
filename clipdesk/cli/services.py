"""``clipdesk models add`` and ``remove``: hosted models, after their terms were agreed to."""

import sys
from argparse import Namespace
from collections.abc import Mapping
from getpass import getpass
from pathlib import Path

from clipdesk.cli.output import put, put_json
from clipdesk.core.encoders import hosted
from clipdesk.core.errors import ModelNotHere, ServiceFailed
from clipdesk.core.types import Entry, ModelInfo, Secret, Terms


def add(options: Namespace) -> int:
    """Set a hosted model up. Raises `ModelNotHere` if the person does not agree."""
    models = options.library.models
    info = hosted.offer(options.name, models)
    name, terms = info.name, info.terms
    assert terms is not None
    settings = _settings(options.settings)
    _tell(info, terms)
    if not options.yes and not _agreed(terms):
        raise ModelNotHere(
            "Nothing was set up, and nothing sent.",
            hint="Say --yes to agree beforehand; the key is then read from standard input.",
        )
    for entry in terms.entries:
        if not entry.secret and entry.name not in settings:
            settings[entry.name] = _asked(entry)
    key = _key(next(entry for entry in terms.entries if entry.secret))
    hosted.set_up(name, settings, key, models)
    if options.json:
        put_json({"name": name, "here": True})
    else:
        put(f"{name} answers. Use it: clipdesk index FOLDER --model {name}")
    return 0


def remove(options: Namespace) -> int:
    """Forget a hosted model's key, and that the person ever agreed."""
    hosted.withdraw(options.name, options.library.models)
    if options.json:
        put_json({"name": options.name, "here": False})
    else:
        put(f"{options.name} is off again, and its key forgotten. Vectors that it made are kept.")
    return 0


def _settings(given: list[str]) -> dict[str, str]:
    settings = {}
    for each in given:
        name, sign, value = each.partition("=")
        if not sign or name == "key":
            raise ServiceFailed(
                f"“{name}” can't be set so.", hint="Write NAME=VALUE; keys are asked for."
            )
        settings[name] = value
    return settings


def _tell(info: ModelInfo, terms: Terms) -> None:
    lines = (
        f"{info.title}. {info.summary}",
        f"  What is sent  {terms.sent}",
        f"  Price         {terms.price}",
        f"  Privacy       {terms.privacy}",
        f"  Keys          {terms.keys}",
    )
    sys.stderr.write("\n".join(lines) + "\n")


def _agreed(terms: Terms) -> bool:
    if not sys.stdin.isatty():
        return False
    sys.stderr.write(f"Send your pictures to {terms.company}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _asked(entry: Entry) -> str:
    if not sys.stdin.isatty():
        return entry.default
    shown = f" [{entry.default}]" if entry.default else ""
    sys.stderr.write(f"{entry.label}{shown}: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip() or entry.default


def _key(entry: Entry) -> Secret | None:
    """The key as it is entered: never an argument, which other programs could read."""
    if not sys.stdin.isatty():
        return Secret(sys.stdin.read().strip()) or None
    if not entry.file:
        return Secret(getpass(f"{entry.label} (it goes into the keyring): ").strip()) or None
    sys.stderr.write(f"File of the {entry.label}: ")
    sys.stderr.flush()
    file = Path(sys.stdin.readline().strip()).expanduser()
    try:
        return Secret(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise ServiceFailed(f"The file {file} can't be read.") from None


def listed(models: Path) -> list[Mapping[str, object]]:
    """The hosted models, as the command's JSON tells them."""
    return [
        {
            "name": info.name,
            "summary": info.summary,
            "here": info.here,
            "dimensions": info.dimensions,
            "sent_to": info.source,
            "price": info.terms.price if info.terms else "",
        }
        for info in hosted.offered(models)
    ]


def put_list(models: Path) -> None:
    """The hosted models, for people."""
    put()
    put("Hosted: your pictures leave this computer. They are off until you agree to their terms.")
    for info in hosted.offered(models):
        put(f"{'on' if info.here else 'off':>8}  {info.name}")
        put(f"          {info.title}. {info.summary}")
