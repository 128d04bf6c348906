"""Sentences that people read."""

import pytest

from clipdesk.core.messages.events import (
    EncoderChanged,
    Progress,
    Results,
)
from clipdesk.core.types import EncoderState, Example, Query, Root, RootState
from clipdesk.ui import words
from clipdesk.ui.desk.header import results_sentence
from clipdesk.ui.empty.words import empty_words
from tests.ui.conftest import items


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (3, "a few seconds"),
        (42, "40 s"),
        (420, "7 min"),
        (7800, "2 h 10 min"),
        (90000, "25 h"),
        (864000, "10 days"),
    ],
)
def test_spans_of_time(seconds: float, said: str) -> None:
    assert words.span(seconds) == said


def test_sizes_and_counts() -> None:
    assert words.size(605_000_000) == "605 MB"
    assert words.size(1_710_000_000) == "1.7 GB"
    assert words.pictures(1) == "1 picture"
    assert words.pictures(48310) == "48,310 pictures"


def test_results_are_told_by_what_stands_out() -> None:
    query = Query("a red chair", (Example("chair.jpg"),))
    shown = items(500, scores=True)
    assert results_sentence(Results(1, query, shown, 48310, 9, 14)) == "14 matches of 48,310"
    assert results_sentence(Results(1, query, shown, 48310, 9, 500)) == "500+ matches of 48,310"
    assert results_sentence(Results(1, query, shown, 48310, 9, 0)) == (
        "No match for “a red chair” and pictures like chair.jpg in 48,310 pictures"
    )


def test_every_empty_state_says_what_to_do(tmp_path: object) -> None:
    from pathlib import Path

    def root(state: RootState) -> Root:
        return Root(1, Path("/pictures/Brand"), state)

    still, busy = Progress(0, 0), Progress(0, 500)
    watched, offline = root(RootState.WATCHED), root(RootState.OFFLINE)
    titles = [
        empty_words((), None, Query(), still).title,
        empty_words((offline,), offline, Query(), still).title,
        empty_words((watched,), None, Query(), Progress(1, 9, paused=True)).title,
        empty_words(
            (watched,), None, Query(), busy, EncoderChanged("x", EncoderState.FAILED)
        ).title,
        empty_words((watched,), None, Query(), busy).title,
        empty_words((watched,), watched, Query("x"), still).title,
        empty_words((watched,), watched, Query(), still).title,
        empty_words((watched,), None, Query(), still).title,
    ]
    assert len(set(titles)) == len(titles)
    assert empty_words((), None, Query(), still).action == "add_folder"
    assert empty_words((root(RootState.SCANNING),), None, Query(), still).title == titles[4]
