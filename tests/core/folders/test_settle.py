"""Patience: nothing is looked at too early, nothing is forgotten, a flood stays small."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from clipdesk.core.folders import Settling

ROOT = Path("/pictures")


class Clock:
    """A clock that goes when it is told to; steps of 1/8 s are exact in floating point."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def settling(most: int = 2000) -> tuple[Settling, Clock]:
    clock = Clock()
    return Settling(0.5, clock, patience_seconds=3.0, most=most), clock


def test_a_place_is_due_once_when_it_is_quiet() -> None:
    settle, clock = settling()
    settle.add(1, ROOT / "a.png")
    assert settle.due() == [] and settle.next_due() == 0.5
    clock.now += 0.25
    settle.add(1, ROOT / "a.png")
    clock.now += 0.375
    assert settle.due() == [] and settle.next_due() == 0.125
    clock.now += 0.125
    assert settle.next_due() == 0
    assert settle.due() == [(1, ROOT / "a.png")]
    assert settle.due() == [] and settle.next_due() is None and len(settle) == 0


def test_a_place_that_never_rests_is_looked_at_all_the_same() -> None:
    settle, clock = settling()
    waited = 0.0
    while not settle.due():
        settle.add(1, ROOT / "a.png")
        clock.now += 0.125
        waited += 0.125
    assert waited == 3.0


def test_a_place_below_one_that_waits_joins_it() -> None:
    settle, clock = settling()
    settle.add(1, ROOT / "new" / "sub" / "a.png")
    settle.add(1, ROOT / "new")
    settle.add(1, ROOT / "new" / "sub" / "b.png")
    settle.add(2, ROOT / "new" / "sub" / "c.png")
    clock.now += 1
    assert settle.due() == [(1, ROOT / "new"), (2, ROOT / "new" / "sub" / "c.png")]


def test_a_flood_becomes_its_folders_and_then_the_root() -> None:
    settle, clock = settling(most=100)
    for number in range(1000):
        settle.add(1, ROOT / "a" / str(number))
    settle.add(1, ROOT / "b.png")
    clock.now += 1
    assert settle.due() == [(1, ROOT / "a"), (1, ROOT / "b.png")]
    for number in range(1000):
        settle.add(1, ROOT / str(number) / "picture.png")
    settle.add(1, ROOT)
    assert len(settle) == 1
    clock.now += 1
    assert settle.due() == [(1, ROOT)]


def test_the_top_of_a_disk_may_be_a_root() -> None:
    settle, clock = settling()
    top = Path(ROOT.anchor)
    settle.add(1, top)
    clock.now += 1
    assert settle.due() == [(1, top)]


def test_what_is_forgotten_is_never_due() -> None:
    settle, clock = settling()
    settle.add(1, ROOT / "a.png")
    settle.add(2, ROOT / "a.png")
    settle.forget(1)
    clock.now += 1
    assert settle.due() == [(2, ROOT / "a.png")]


places = st.lists(st.sampled_from("abc"), max_size=4).map(lambda parts: ROOT.joinpath(*parts))
steps = st.lists(st.tuples(st.integers(0, 8), places), max_size=60)


@given(steps, st.integers(2, 8))
def test_every_place_is_covered_in_time_and_not_too_early(
    events: list[tuple[int, Path]], most: int
) -> None:
    settle, clock = settling(most)
    touched: dict[Path, list[float]] = {}
    for eighths, place in [*events, *[(4, None)] * 8]:
        clock.now += eighths / 8
        if place is not None:
            settle.add(1, place)
            touched.setdefault(place, []).append(clock.now)
        assert len(settle) <= most
        soon = settle.next_due()
        due = settle.due()
        assert bool(due) == (soon == 0)
        for root_id, looked_at in due:
            assert root_id == 1 and looked_at.is_relative_to(ROOT)
            alone = len(touched) == 1
            for path in [path for path in touched if path.is_relative_to(looked_at)]:
                # Joined or gathered places go at the pace of the eldest; alone, it has its quiet.
                if path == looked_at and alone:
                    quiet = clock.now - touched[path][-1] >= 0.5
                    assert quiet or clock.now - touched[path][0] >= 3.0
                del touched[path]
        for times in touched.values():
            assert clock.now - times[0] < 3.0
    assert not touched and settle.next_due() is None
