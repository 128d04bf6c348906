"""Messages to a process beside and back; what is no message is no harm."""

from pathlib import Path

import pytest

from clipdesk.core.errands.jobs import ANSWERS, JOBS, Counted, Judged, TeachWords
from clipdesk.core.errands.lines import understood, written
from clipdesk.core.messages.lessons import (
    Asked,
    Estimate,
    Examined,
    Judgement,
    LibraryExamined,
    SourceTold,
    TeachingState,
    TeachingTold,
)
from clipdesk.core.paths import Directories

SHARE = Estimate(0.5, 0.25, 0.75)
JUDGEMENT = Judgement(9, 8, SHARE, SHARE, SHARE, better=True, learned_from=7)


@pytest.mark.parametrize(
    "message",
    [
        TeachWords(
            Directories.under(Path("/a\nb")),
            "adapted:/x",
            Path("/caf\udce9/“q”.safetensors"),
            ("tags", "used"),
            (Path("/t.tsv"),),
            "lora",
        ),
        Counted((SourceTold("tags", 3, 2, (("red\n", "a.png"),), ("line 3",)),)),
        Judged(JUDGEMENT),
        LibraryExamined(
            (Examined("starter", SHARE, SHARE, 2.5),), 3, 4, True, (Asked("a", "b", 1, 2),)
        ),
        TeachingTold(TeachingState.JUDGED, judgement=JUDGEMENT),
        TeachingTold(TeachingState.IDLE),
    ],
)
def test_what_is_written_is_understood(message: object) -> None:
    line = written(message)
    assert line.count(b"\n") == 1
    assert understood(line, (*JOBS, *ANSWERS, TeachingTold)) == message


def test_anything_else_is_not() -> None:
    for line in (b"", b"nonsense", b"[]", b'{"is": "Path"}', b'{"is": "Judged"}', b"\xff\xfe"):
        with pytest.raises(ValueError, match=r"understood|Expecting"):
            understood(line, ANSWERS)
