"""What a caption is cut down to before a tokenizer sees it."""

import unicodedata

MAX_CHARACTERS = 1000
"""No model reads further: 77 tokens of English are about 350 characters."""


def clean(text: str) -> str:
    """The caption as one bounded line of real characters, in composed form (NFC).

    Control characters become spaces; lone surrogates (from file names that are not UTF-8) and
    the invisible marks of text direction go, for no tokenizer knows what to do with them.
    """
    # A base character can carry many combining marks: bounded before and after composing.
    text = unicodedata.normalize("NFC", text[: 4 * MAX_CHARACTERS])[:MAX_CHARACTERS]
    return " ".join("".join(map(_kept, text)).split())


def _kept(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    # The zero-width joiners are letters' business (Persian, Hindi) and that of emoji.
    return "" if category in ("Cs", "Cf") and char not in "\u200c\u200d" else char
