"""The tokenizer gives the very numbers that open_clip's own does, and needs no torch."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clipdesk.core.encoders.merges import CLEANINGS, MergesTokenizer, default_vocabulary

STARTER = Path(__file__).resolve().parents[3] / "resources" / "starter" / "bpe.txt.gz"
HOSTILE = [
    "",
    "   ",
    "a red chair in an empty room",
    "Don't, we'll, I'M, they'Ve, it's",
    "<start_of_text>x<END_OF_TEXT>",
    "&amp;lt;b&gt; &EACUTE; &eacute; &#0; &#xD7FF; AT&T &notanentity;",
    "schÃ¶n â€œquotedâ€\x9d",  # mended by ftfy
    "‘l’été’ – “à l’ombre”…\u00a0\ufeff",
    "猫が寝ている、桜の下で。",
    "Ёжик в тумане",
    "नमस्ते दुनिया",
    "حصان أبيض",
    "👩‍👩‍👧‍👦🦊🇩🇪 parrot 🦜!",
    "ｆｕｌｌ ｗｉｄｔｈ ﬁne",
    "İstanbul ſ K ẞ",
    "e" + "\u0301" * 300,
    "\x00\x07\x1b[2J\u202e\u2028",
    "100 10x 3.14 ½ Ⅷ ²",
    "x" * 1000,
    "word " * 2000,
    "supercalifragilisticexpialidocious " * 300,
]


@pytest.fixture(scope="module", params=[None, STARTER], ids=["openai", "starter"])
def vocabulary(request: pytest.FixtureRequest) -> Path:
    return request.param or default_vocabulary()


@pytest.mark.parametrize("clean", list(CLEANINGS))
@pytest.mark.parametrize("length", [8, 77])
def test_the_numbers_are_those_of_open_clip(vocabulary: Path, clean: str, length: int) -> None:
    from open_clip.tokenizer import SimpleTokenizer

    theirs = SimpleTokenizer(bpe_path=str(vocabulary), context_length=length, clean=clean)
    ours = MergesTokenizer(vocabulary, length, clean)
    assert ours.vocab_size == theirs.vocab_size
    assert np.array_equal(ours(HOSTILE), theirs(HOSTILE).numpy())


@pytest.fixture(scope="module")
def pair() -> tuple[MergesTokenizer, Callable[[list[str]], Any]]:
    from open_clip.tokenizer import SimpleTokenizer

    return MergesTokenizer(default_vocabulary(), 77), SimpleTokenizer()


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=80) | st.text("abc'&;<>#x10 lt.,!?-_éü’", max_size=80))
def test_any_caption_has_the_same_numbers(
    pair: tuple[MergesTokenizer, Callable[[list[str]], Any]], text: str
) -> None:
    ours, theirs = pair
    assert np.array_equal(ours([text]), theirs([text]).numpy())


def test_torch_is_not_needed() -> None:
    code = (
        "import sys; from clipdesk.core.encoders.merges import *;"
        "print(MergesTokenizer(default_vocabulary(), 77)(['ein Vögelein']).sum());"
        "assert not {'torch', 'open_clip'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
