"""``clipdesk models``: list models, fetch one when the person agrees, or take one away."""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from clipdesk.cli import services
from clipdesk.cli.output import put, put_json
from clipdesk.core.encoders.store import Store
from clipdesk.core.errors import ModelNotHere, UnknownModel
from clipdesk.core.types import ModelInfo


def run(options: Namespace) -> int:
    store = Store(options.library.models)
    if options.action == "list":
        return _list(store, options)
    if not options.name:
        raise UnknownModel("Which model?", hint="clipdesk models lists those that fit most.")
    if options.action in ("add", "remove") and _is_service(options.name):
        return services.add(options) if options.action == "add" else services.remove(options)
    does = {"get": _get, "add": _get, "import": _import, "remove": _remove, "trust": _trust}
    return does[options.action](store, options)


def _is_service(name: str) -> bool:
    """Whether a hosted model is meant: all others have a slash or a colon in their names."""
    return name.startswith("service:") or not {"/", ":"} & set(name)


def _list(store: Store, options: Namespace) -> int:
    known = [model for model in store.available() if not model.terms]
    models = [model for model in known if options.all or model.pick or model.here or model.doubt]
    hosted = options.library.models
    if options.json:
        listed = [_plain(model) for model in models]
        put_json({"models": listed, "hosted": services.listed(hosted)})
        return 0
    for model in models:
        put(f"{_state(model):>9}  {model.name}{'   ← advised here' if model.advised else ''}")
        put(f"{'':9}  {model.summary}")
        put(f"{'':9}  {' · '.join(_facts(model))}")
    if len(models) < len(known):
        put(f"{len(known) - len(models)} more: clipdesk models --all")
    services.put_list(hosted)
    return 0


def _get(store: Store, options: Namespace) -> int:
    offer = store.offer(options.name)
    if offer.terms:
        return services.add(options)
    if offer.here:
        put(f"{offer.name} is here already.")
        return 0
    words = f"{offer.name}: {_size(offer)} from {offer.source}"
    words += f", licence {offer.licence}" if offer.licence else ", licence not known"
    if not options.yes and not _agreed(words):
        raise ModelNotHere("Nothing was downloaded.", hint="Say --yes to agree beforehand.")
    with _shown(options) as show:
        store.download(options.name, show, lambda: False)
    if options.json:
        put_json(_plain(offer) | {"here": True})
    else:
        put(f"{offer.name} is here. Use it: clipdesk index FOLDER --model {offer.name}")
    return 0


def _import(store: Store, options: Namespace) -> int:
    with _shown(options) as show:
        file = Path(options.name).expanduser().absolute()
        name = store.take_in(file, options.architecture, show, lambda: False)
    if options.json:
        put_json({"name": name})
    else:
        put(f"{name} is here. Use it: clipdesk index FOLDER --model {name}")
    return 0


def _remove(store: Store, options: Namespace) -> int:
    freed = store.remove(options.name)
    if options.json:
        put_json({"name": options.name, "freed_bytes": freed})
    else:
        put(f"{options.name} is removed; {freed / 1e6:.0f} MB are free again.")
    return 0


def _trust(store: Store, options: Namespace) -> int:
    store.accept(options.name)
    if options.json:
        put_json({"name": options.name, "trusted": True})
    else:
        put(f"{options.name} will be used, whatever it finds.")
    return 0


@contextmanager
def _shown(options: Namespace) -> Iterator[Callable[[int, int], None]]:
    """A bar on the terminal; told bytes done, of how many."""
    quiet = options.json or not sys.stderr.isatty()
    with tqdm(unit="B", unit_scale=True, disable=quiet, file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show


def _agreed(words: str) -> bool:
    if not sys.stdin.isatty():
        return False
    sys.stderr.write(f"{words}. Download it? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _state(model: ModelInfo) -> str:
    if model.doubt:
        return "doubted"
    if model.here:
        return "here"
    return "begun" if model.part_bytes else _size(model)


def _facts(model: ModelInfo) -> list[str]:
    facts = [model.languages, model.licence]
    if model.speed:
        about = "" if model.speed.measured else "about "
        facts.append(f"{about}{model.speed.pictures_per_second:.3g} pictures/s here")
    if model.figures and model.figures.imagenet:
        facts.append(f"ImageNet {model.figures.imagenet:.1f} %")
    if model.figures and model.figures.coco:
        facts.append(f"COCO {model.figures.coco:.1f} %")
    return [fact for fact in facts if fact]


def _size(model: ModelInfo) -> str:
    return f"{model.size_bytes / 1e6:.0f} MB" if model.size_bytes else "?"


def _plain(model: ModelInfo) -> dict[str, object]:
    speed, figures = model.speed, model.figures
    return {
        "name": model.name,
        "title": model.title,
        "summary": model.summary,
        "family": model.family,
        "pick": model.pick,
        "advised": model.advised,
        "here": model.here,
        "doubt": model.doubt,
        "size_bytes": model.size_bytes,
        "part_bytes": model.part_bytes,
        "source": model.source,
        "licence": model.licence,
        "languages": model.languages,
        "dimensions": model.dimensions,
        "image_size": model.image_size,
        "pictures_per_second": round(speed.pictures_per_second, 2) if speed else None,
        "speed_measured": speed.measured if speed else None,
        "imagenet": figures.imagenet if figures else None,
        "coco": figures.coco if figures else None,
        "languages_recall": figures.languages if figures else None,
        "figures_from": figures.source if figures else None,
    }
