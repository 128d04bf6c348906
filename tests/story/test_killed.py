"""Killed at any moment, nothing that was committed is lost, and nothing needs repair."""

import os
import random
import select
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.paths import Directories
from clipdesk.core.search.space import SearchSpace
from tests.conftest import REPOSITORY
from tests.core.colours import NAMES, ColourEncoder
from tests.core.house import house, names, paint
from tests.story.indexer import SIZE

PICTURES = 160
KILLS = 14
DEADLINE_S = 60

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="kills by SIGKILL and follows orphans by Linux's means"
)


def test_killed_again_and_again(tmp_path: Path) -> None:
    library, folder, diary = tmp_path / "library", tmp_path / "pictures", tmp_path / "diary"
    colours = list(NAMES)
    for number in range(PICTURES):
        colour = colours[number % len(colours)]
        paint(folder / f"{number % 7}" / f"{colour} {number}.png", colour, number)
    chance = random.Random(20)
    committed = lost = 0
    for _ in range(KILLS):
        before = batches(diary)
        said = killed(library, folder, diary, after=chance.randint(0, 2), by=chance.random() / 10)
        survivors = survey(library)
        assert survivors >= max([committed, *said]), "what was committed is gone"
        committed = survivors
        # Encoded, and not committed: the batch at hand and the one before it, no more.
        cost = sum(batches(diary)) - lost - committed
        last = batches(diary)[len(before) :][-2:]
        assert cost in {0, sum(last), *last[-1:]}
        lost += cost
        if committed == PICTURES:
            break  # a quick machine: what comes now would kill nothing
    assert committed, "the kills came too early to mean anything"

    last = run(library, folder, diary)
    assert last[-1] == "done"
    assert survey(library) == PICTURES
    assert sum(batches(diary)) == PICTURES + lost
    assert run(library, folder, diary) == ["ready", "done"], "a second run has nothing to do"
    with house(library, ColourEncoder("starter", SIZE)) as home:
        home.send()
        answer = home.search("purple", limit=PICTURES)
        assert len(set(names(answer.items))) == PICTURES == answer.total
        purple = [name for name in names(answer.items) if name.startswith("purple")]
        assert names(answer.items)[: len(purple)] == purple


def killed(library: Path, folder: Path, diary: Path, *, after: int, by: float) -> list[int]:
    """Kill the indexer ``by`` seconds after so many commits; answers the counts that it told."""
    with indexer(library, folder, diary) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(1 + after)]
        assert told[0] == "ready\n"
        try:
            process.wait(timeout=by)
        except subprocess.TimeoutExpired:
            finish(process)
        told += process.stdout.readlines()
    return [int(line) for line in told if line.strip().isdigit()]


def finish(process: "subprocess.Popen[str]") -> None:
    """Kill it, unless it has just ended by itself, and see its decoders go with it."""
    with orphans(process.pid) as decoders:
        process.kill()
        assert process.wait(DEADLINE_S) in {-signal.SIGKILL, 0}
    assert not decoders, "decoders outlive the program"


def run(library: Path, folder: Path, diary: Path) -> list[str]:
    """Let the indexer do all its work; answers what it said."""
    with indexer(library, folder, diary) as process:
        said, _ = process.communicate(timeout=DEADLINE_S)
    return said.splitlines()


@contextmanager
def indexer(library: Path, folder: Path, diary: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.story.indexer", *map(str, (library, folder, diary))]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def orphans(parent: int) -> Iterator[list[int]]:
    """Yields a list that afterwards holds the children of a process that did not end with it."""
    handles = {}
    for task in Path(f"/proc/{parent}/task").iterdir():
        # Threads and decoders that end while they are looked for outlive nothing.
        with suppress(FileNotFoundError, ProcessLookupError):
            for pid in map(int, (task / "children").read_text().split()):
                with suppress(ProcessLookupError):
                    handles[os.pidfd_open(pid)] = pid
    left: list[int] = []
    yield left
    for handle, pid in handles.items():
        ended, _, _ = select.select([handle], [], [], DEADLINE_S)
        if not ended:
            left.append(pid)
        os.close(handle)


def survey(library: Path) -> int:
    """Open what the kill has left, find it sound, and count its pictures."""
    directories = Directories.under(library)
    with closing(Catalog(directories.catalog)) as catalog:
        space = SearchSpace(catalog, ColourEncoder("starter", SIZE), directories.indexes)
        while space.catch_up():
            pass
        pictures = catalog.assets.count()
        everything = space.rank(ColourEncoder().encode_texts(["red"])[0], PICTURES)
        assert len(everything.items) == everything.total == pictures
    with closing(sqlite3.connect(directories.catalog)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        vectors, contents = (
            db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("embedding", "content")
        )
    assert vectors == contents == pictures
    return pictures


def batches(diary: Path) -> list[int]:
    """The sizes of the batches that were encoded, in turn."""
    return [int(line) for line in diary.read_text().split()] if diary.exists() else []
