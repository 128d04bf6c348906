"""What files and folders are called, taken as captions: people name what they know."""

import re
from collections.abc import Iterable
from pathlib import Path

from clipdesk.core.pairs import Pair, Pairs

# Joined words, joinedWords, and words beside numbers come apart.
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_JOINT = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")
# What cameras, phones, browsers and hurried people call files says nothing of what they show.
_EMPTY = {
    *("img", "imgp", "dsc", "dscf", "dscn", "dcim", "pxl", "mvi", "gif", "jpg", "jpeg", "png"),
    *("image", "images", "photo", "photos", "pic", "pics", "picture", "pictures", "camera"),
    *("bild", "bilder", "foto", "fotos", "screenshot", "screenshots", "screen", "shot", "scan"),
    *("copy", "kopie", "edit", "edited", "export", "final", "new", "old", "original", "version"),
    *("default", "download", "downloads", "thumb", "thumbnail", "tmp", "temp", "unnamed"),
    *("untitled", "upload", "uploads", "wa", "whatsapp"),
}
_FEWEST_LETTERS = 3


def words_of(name: str) -> str:
    """The words in a name that may say what is shown; empty if there are none."""
    if re.fullmatch(r"[0-9a-fA-F-]{16,}", name):  # a checksum, or the like
        return ""
    found = [word.lower() for word in _WORD.findall(_JOINT.sub(" ", name))]
    telling = [word for word in found if len(word) > 1 and word not in _EMPTY]
    return " ".join(telling) if sum(map(len, telling)) >= _FEWEST_LETTERS else ""


def pairs(files: Iterable[Path]) -> Pairs:
    """Each file with its own name's words and its folder's, as far as they say anything.

    Pictures that share a name, or a folder, share a caption. Files that say nothing are kept:
    they are among the pictures that have to be told apart.
    """
    paths: list[Path] = []
    captions: dict[str, int] = {}
    found: dict[tuple[int, int], Pair] = {}
    for number, path in enumerate(dict.fromkeys(files)):
        paths.append(path)
        for name in (path.stem, path.parent.name):
            if words := words_of(name):
                caption = captions.setdefault(words, len(captions))
                found[caption, number] = Pair(caption, number)
    return Pairs(
        files=tuple(paths),
        lines=(0,) * len(paths),
        groups=("",) * len(paths),
        captions=tuple(captions),
        pairs=tuple(found.values()),
    )
