"""CLIP's tokenizer: byte pairs merged in the order of a vocabulary; torch is not needed.

After ``open_clip.tokenizer.SimpleTokenizer`` (copied from OpenAI's CLIP, MIT License, Copyright
(c) 2021 OpenAI), which can't be had without importing torch. The numbers are the same.
"""

import gzip
import html
import itertools
import re
import string
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

START, END = "<start_of_text>", "<end_of_text>"
_MERGES = 49152 - 256 - 2
"""As many as OpenAI's vocabulary has; a file may hold more, and fewer."""
_AT_ONCE = 1 << 15
_WORDS = rf"{START}|{END}|'s|'t|'re|'ve|'m|'ll|'d|[{{L}}]+|[{{N}}]|[^\s{{L}}{{N}}]+"
_CACHED = 10_000

Clean = Callable[[str], str]


class MergesTokenizer:
    """Captions as rows of numbers, shape (n, context length), int64."""

    def __init__(self, file: Path, context_length: int, clean: str = "lower") -> None:
        """Read a vocabulary of merges; ``clean`` is one of `CLEANINGS`.

        Raises OSError, EOFError, ValueError or zlib.error if the file is damaged.
        """
        merges = _merges(file)
        self._rank = {pair: rank for rank, pair in enumerate(merges)}  # not in one go
        self._letters = _letters()
        singles = [*self._letters.values(), *(f"{letter}</w>" for letter in self._letters.values())]
        self._single = {word: number for number, word in enumerate(singles)}
        self._start = len(singles) + len(merges)
        self.vocab_size = self._start + 2
        self._marks = {START: [self._start], END: [self._start + 1]}
        self._known = dict(self._marks)
        self._clean = CLEANINGS[clean]
        self._context_length = context_length

    def __call__(self, texts: Sequence[str]) -> NDArray[np.int64]:
        rows = np.zeros((len(texts), self._context_length), np.int64)
        (start,), (end,) = self._marks.values()
        for row, text in zip(rows, texts, strict=True):
            numbers = [start, *self._encoded(text), end][: self._context_length]
            numbers[-1] = end
            row[: len(numbers)] = numbers
        return rows

    def _encoded(self, text: str) -> list[int]:
        numbers: list[int] = []
        text = self._clean(text)
        for word in _words(ascii_only=text.isascii()).findall(text):
            # Merging costs the square of a word's length: no model reads beyond its context.
            if len(numbers) >= self._context_length:
                break
            key = "".join(self._letters[byte] for byte in word.encode("utf-8"))
            if key not in self._known:
                if len(self._known) > _CACHED:
                    self._known = dict(self._marks)
                self._known[key] = [self._number(part) for part in self._merged(key)]
            numbers += self._known[key]
        return numbers

    def _number(self, part: str) -> int:
        """Of a letter, or of the last merge that makes this part of a word."""
        if part in self._single:
            return self._single[part]
        # To look is quicker than to make the other fifty thousand strings at every start.
        pairs = (f"{part[:at]} {part[at:]}" for at in range(1, len(part)))
        return len(self._single) + max(self._rank.get(pair, -1) for pair in pairs)

    def _merged(self, word: str) -> list[str]:
        parts = [*word[:-1], word[-1] + "</w>"]
        while len(parts) > 1:
            pairs = set(itertools.pairwise(parts))
            best = min(pairs, key=lambda pair: self._rank.get(" ".join(pair), len(self._rank)))
            if " ".join(best) not in self._rank:
                break
            merged, at = [], 0
            while at < len(parts):
                if tuple(parts[at : at + 2]) == best:
                    merged.append("".join(best))
                    at += 2
                else:
                    merged.append(parts[at])
                    at += 1
            parts = merged
        return parts


def _merges(file: Path) -> list[str]:
    """The pairs that are merged, the first first; what a file has beyond them is not unpacked.

    Little at a time: fifty thousand in one go would hold Python's lock, and the window, for 45 ms.
    """
    lines: list[str] = []
    rest = ""
    with gzip.open(file, "rt", encoding="utf-8", newline="\n") as stream:
        while len(lines) <= _MERGES and (part := stream.read(_AT_ONCE)):
            *whole, rest = (rest + part).split("\n")
            lines += whole
    return [*lines, rest][1 : _MERGES + 1]


@cache
def _words(*, ascii_only: bool) -> "re.Pattern[str]":
    """What cuts a caption into words."""
    if ascii_only:
        return re.compile(_WORDS.format(L="a-zA-Z", N="0-9"), re.IGNORECASE)
    import regex  # it knows the letters of all scripts, and takes long to import

    words: re.Pattern[str] = regex.compile(_WORDS.format(L=r"\p{L}", N=r"\p{N}"), regex.IGNORECASE)
    return words


def default_vocabulary() -> Path:
    """OpenAI's vocabulary, which open_clip brings along; open_clip itself is not imported."""
    spec = find_spec("open_clip")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("open_clip is not installed")
    return Path(spec.origin).parent / "bpe_simple_vocab_16e6.txt.gz"


def _letters() -> dict[int, str]:
    """A printable character for each byte: itself where it is one, else one beyond 255."""
    own = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1)]
    own += range(ord("®"), ord("ÿ") + 1)
    others = [byte for byte in range(256) if byte not in own]
    return {byte: chr(byte) for byte in own} | {
        byte: chr(256 + place) for place, byte in enumerate(others)
    }


def _basic(text: str) -> str:
    # What ftfy mends is not in such a text, and to import it takes a tenth of a second.
    if not (text.isascii() and text.isprintable() and "&" not in text):
        import ftfy

        text = html.unescape(html.unescape(ftfy.fix_text(text)))
    return text.strip()


def _whitespace(text: str) -> str:
    return " ".join(_basic(text).split())


def _lower(text: str) -> str:
    return _whitespace(text).lower()


def _canonical(text: str) -> str:
    bare = _basic(text).replace("_", " ").translate(str.maketrans("", "", string.punctuation))
    return " ".join(bare.lower().split())


CLEANINGS: dict[str, Clean] = {
    "lower": _lower,
    "whitespace": _whitespace,
    "canonicalize": _canonical,
}
"""What open_clip does to a caption first, by its name."""
