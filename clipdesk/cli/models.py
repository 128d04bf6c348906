"""``clipdesk models``: list models, or fetch one when the person agrees."""

import sys
from argparse import Namespace

from tqdm import tqdm

from clipdesk.cli import services
from clipdesk.cli.output import put, put_json
from clipdesk.core.encoders.store import Store
from clipdesk.core.errors import ModelNotHere, UnknownModel
from clipdesk.core.types import ModelInfo


def run(options: Namespace) -> int:
    store = Store(options.library.models)
    if options.action != "list" and not options.name:
        raise UnknownModel("Which model?", hint="clipdesk models lists those that fit most.")
    if options.action == "get":
        return _get(store, options)
    if options.action == "add":
        return services.add(options)
    if options.action == "remove":
        return services.remove(options)
    models = [model for model in store.available() if not model.terms]
    hosted = options.library.models
    if options.json:
        listed = [_plain(model) for model in models]
        put_json({"models": listed, "hosted": services.listed(hosted)})
        return 0
    for model in models:
        here = "here" if model.here else _size(model)
        put(f"{here:>8}  {model.name}")
        put(f"          {model.summary}")
    services.put_list(hosted)
    return 0


def _get(store: Store, options: Namespace) -> int:
    offer = store.offer(options.name)
    if offer.here:
        put(f"{offer.name} is here already.")
        return 0
    words = f"{offer.name}: {_size(offer)} from {offer.source}"
    if offer.licence:
        words += f", licence {offer.licence}"
    if not options.yes and not _agreed(words):
        raise ModelNotHere("Nothing was downloaded.", hint="Say --yes to agree beforehand.")
    with tqdm(unit="B", unit_scale=True, disable=options.json, file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        store.download(options.name, progress, lambda: False)
    if options.json:
        put_json(_plain(offer) | {"here": True})
    else:
        put(f"{offer.name} is here. Use it: clipdesk index FOLDER --model {offer.name}")
    return 0


def _agreed(words: str) -> bool:
    if not sys.stdin.isatty():
        return False
    sys.stderr.write(f"{words}. Download it? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _size(model: ModelInfo) -> str:
    return f"{model.size_bytes / 1e6:.0f} MB" if model.size_bytes else "?"


def _plain(model: ModelInfo) -> dict[str, object]:
    return {
        "name": model.name,
        "summary": model.summary,
        "here": model.here,
        "size_bytes": model.size_bytes,
        "source": model.source,
        "licence": model.licence,
    }
