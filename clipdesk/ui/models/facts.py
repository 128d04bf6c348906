"""What is known of a model, in short lines for people."""

from collections.abc import Iterator

from clipdesk.core.types import Figures, ModelInfo, Speed


def short(model: ModelInfo) -> str:
    """The line that every model shows: languages, speed, licence, how well it does."""
    said = [
        model.languages,
        speed(model.speed) if model.speed else "",
        model.licence,
    ]
    if model.figures and model.figures.coco:
        said.append(f"the right picture first in {model.figures.coco:.0f} %")
    return " · ".join(filter(None, said))


def long(model: ModelInfo) -> Iterator[str]:
    """The lines of a model that is looked at."""
    if model.name != "starter":
        yield model.name
    if model.dimensions and model.image_size:
        side = model.image_size
        yield f"Sees {side} × {side} pixels, and keeps {model.dimensions} numbers of a picture."
    if model.speed and not model.speed.measured:
        yield "The speed is an estimate, until it has run here once."
    if model.source and model.terms is None and not model.here:
        yield f"From {model.source}. Licence: {model.licence or 'shown before the download'}."
    if model.figures:
        yield from figures(model.figures)
    elif model.terms is None and model.name != "starter":
        yield "No published figures are known to us."


def figures(known: Figures) -> Iterator[str]:
    """What was published, each with its meaning, and by whom."""
    said = (
        (known.coco, "COCO: finds the one right picture of 5,000 first for {} % of captions."),
        (known.languages, "Crossmodal-3600: the same of 3,600, in 36 languages: {} %."),
        (known.imagenet, "ImageNet: names {} % of pictures rightly, among 1,000 kinds."),
    )
    for number, words in said:
        if number is not None:
            yield words.format(f"{number:.1f}")
    yield f"These figures are from {known.source}."


def speed(known: Speed) -> str:
    """ "30 pictures a second", "about 2 pictures a second", "about 12 s a picture"."""
    about = "" if known.measured else "about "
    rate = known.pictures_per_second
    if rate >= 0.95:
        return f"{about}{rate:,.0f} pictures a second"
    return f"{about}{1 / max(rate, 1e-3):,.0f} s a picture"
