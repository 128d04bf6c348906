"""Tags that are typed: ``#name`` among the words of a question."""

import re
from collections.abc import Iterable

_HASH = re.compile(r"(?:^|(?<=\s))#")


def plain(text: str) -> str:
    """The words without what is, or is going to be, a tag."""
    begun = _HASH.search(text)
    return " ".join((text[: begun.start()] if begun else text).split())


def taken(text: str, known: Iterable[str], *, final: bool) -> tuple[str, tuple[str, ...]]:
    """The text without the tags in it that are written to their end, and these.

    A tag ends at a space; a known one may have spaces in it. When the text is ``final`` its end
    is one, too.
    """
    found = []
    longest_first = sorted(known, key=len, reverse=True)
    start = 0
    while begun := _HASH.search(text, start):
        rest = text[begun.end() :]
        name = next((tag for tag in longest_first if _begins(rest, tag, final=final)), "")
        if not final and any(tag.casefold().startswith(rest.casefold()) for tag in longest_first):
            name = ""  # it may go on
        elif not name:
            word = re.match(r"\S+(?=\s)" if not final else r"\S+", rest)
            name = word[0] if word else ""
        if not name:
            start = begun.end()
            continue
        found.append(name)
        text = text[: begun.start()] + rest[len(name) :].lstrip()
    return text, tuple(dict.fromkeys(found))


def _begins(text: str, tag: str, *, final: bool) -> bool:
    if text[: len(tag)].casefold() != tag.casefold():
        return False
    after = text[len(tag) :]
    return after[:1].isspace() or (final and not after)
