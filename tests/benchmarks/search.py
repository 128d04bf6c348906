"""How fast a question is answered, and how truly: ``python -m tests.benchmarks.search``.

Libraries of 10⁴ to 10⁶ pictures are written straight into a catalogue, with vectors like an
encoder's (`tests.benchmarks.crowd`); the truth is every cosine in 32 bits.
"""

import gc
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.search.space import SearchSpace
from clipdesk.core.types import Space
from clipdesk.core.vectors import VectorIndex
from tests.benchmarks.crowd import Crowd, Vectors
from tests.benchmarks.findings import Curve, Findings, alone, megabytes, milliseconds, percentile
from tests.core.colours import ColourEncoder

SIZES = {
    "quick": ((2_000,), 64),
    "usual": ((10_000, 30_000, 100_000), 512),
    "full": ((10_000, 100_000, 1_000_000), 512),
}
_BLOCK = 10_000
_HITS = 50
_ASKED = 500
"""Hits that the window asks for."""


def measure(size: str) -> Findings:
    findings = Findings()
    counts, dimensions = SIZES[size]
    curves: dict[str, list[tuple[float, float]]] = {}
    for count in counts:
        with tempfile.TemporaryDirectory(prefix="clipdesk-") as place:
            _library(Path(place), count, dimensions, findings, curves, last=count == counts[-1])
        gc.collect()
    _noise(findings, counts[0], dimensions)
    findings.curves.append(Curve("A question, warm", "pictures", "ms", curves))
    return findings


def _library(
    place: Path,
    count: int,
    dimensions: int,
    findings: Findings,
    curves: dict[str, list[tuple[float, float]]],
    *,
    last: bool,
) -> None:
    crowd, what = Crowd(dimensions), f"{count:,} pictures"
    encoder = ColourEncoder("crowd")
    encoder.space = replace(encoder.space, dimensions=dimensions)
    catalog = Catalog(place / "catalog.sqlite")
    vectors = np.empty((count, dimensions), np.float16)
    for start in range(0, count, _BLOCK):
        rows = vectors[start : start + _BLOCK]
        rows[:] = crowd.pictures(len(rows))
    small = _fill(catalog, encoder.space, vectors)
    before = megabytes(what="RssAnon")

    begun, cpu = time.perf_counter(), time.process_time()
    space = SearchSpace(catalog, encoder, place)
    while space.catch_up():
        pass
    note = f"{time.process_time() - cpu:.1f} s of processor"
    findings.add(f"replay of a lost index, {what}", time.perf_counter() - begun, "s", note=note)
    begun = time.perf_counter()
    space.save()
    findings.add(f"index written whole, {what}", time.perf_counter() - begun, "s")
    del space
    gc.collect()

    begun = time.perf_counter()
    space = SearchSpace(catalog, encoder, place)
    findings.add(f"index opened, {what}", (time.perf_counter() - begun) * 1000, "ms")
    questions = min(30, count // 300)
    asked = crowd.near(vectors[:: count // questions][:questions])
    captions = crowd.captions(questions)
    begun = time.perf_counter()
    space.rank(asked[0], _ASKED)
    findings.add(f"first question after that, {what}", (time.perf_counter() - begun) * 1000, "ms")

    cpu = time.process_time()
    taken = _times(space, np.concatenate([asked, captions]))
    cpu = (time.process_time() - cpu) / len(taken) * 1000
    bounds = {"must": 50.0, "aim": 15.0} if count >= 1_000_000 else {}
    p50, p95 = percentile(taken, 0.5), percentile(taken, 0.95)
    findings.add(f"{_ASKED} hits, p50, {what}", p50, "ms", **bounds)
    findings.add(f"{_ASKED} hits, p95, {what}", p95, "ms")
    findings.add(f"{_ASKED} hits, processor, {what}", cpu, "ms")
    curves.setdefault("p50", []).append((count, p50))
    curves.setdefault("p95", []).append((count, p95))
    index = space._index
    only = milliseconds(lambda: index.search(captions[0], _ASKED))
    findings.add(f"the index alone, {what}", only, "ms")
    curves.setdefault("the index alone", []).append((count, only))
    curves.setdefault("processor", []).append((count, cpu))
    filtered = _times(space, captions, small)
    findings.add(f"within one root of a hundredth, p50, {what}", percentile(filtered, 0.5), "ms")
    curves.setdefault("within one root", []).append((count, percentile(filtered, 0.5)))

    for name, questions in (("pictures", asked), ("captions", captions)):
        recall = _recall(space, vectors, questions)
        findings.add(
            f"recall@{_HITS}, {name}, {what}", recall, "", must=0.99, aim=0.999, more_is_better=True
        )
    recall = _recall(space, vectors[: count // 100 or 1], captions, small)
    findings.add(
        f"recall@{_HITS}, within one root, {what}", recall, "", must=0.99, more_is_better=True
    )
    _adding(findings, crowd, place, dimensions, count if last else 0)
    scale = 1_000_000 / count * 512 / dimensions
    mapped = (place / f"space-{space.id}.vectors").stat().st_size / 1e6
    kept = max(0.0, megabytes(what="RssAnon") - before)
    if last:
        note = f"{mapped:.0f} MB mapped from the file, and the keys; measured at {count:,}"
        keys = (place / f"space-{space.id}.keys").stat().st_size / 1e6
        findings.add(
            "memory for each million vectors of 512",
            (mapped + keys) * scale,
            "MB",
            must=1200,
            aim=600,
            note=note,
        )
        findings.add("grown by all of this, anonymous", kept, "MB")
        _cold(findings, place, dimensions, what)
    catalog.close()


def _fill(catalog: Catalog, space: Space, vectors: np.ndarray) -> int:
    """Everything that a library of these pictures has; answers the id of a small root."""
    db = catalog._db
    count = len(vectors)
    small, large = catalog.roots.add(Path("/small")), catalog.roots.add(Path("/large"))
    with catalog.transaction():
        space_id = catalog.embeddings.space(space)
        db.executemany(
            "INSERT INTO content (id, hash, size, width, height, format, colour)"
            " VALUES (?, ?, ?, 640, 480, 'JPEG', 0)",
            ((n + 1, n.to_bytes(16), n) for n in range(count)),
        )
        few = count // 100 or 1
        db.executemany(
            "INSERT INTO asset (root_id, name, size, mtime_ns, inode, content_id)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                (small if n < few else large, f"{n // 500}/IMG_{n:07}.jpg".encode(), n, n, n, n + 1)
                for n in range(count)
            ),
        )
        db.executemany(
            "INSERT INTO embedding (space_id, content_id, vector) VALUES (?, ?, ?)",
            ((space_id, n + 1, row.tobytes()) for n, row in enumerate(vectors)),
        )
    return small


def _times(space: SearchSpace, questions: Vectors, root: int | None = None) -> list[float]:
    taken = []
    for question in questions:
        begun = time.perf_counter()
        space.rank(question, _ASKED, root)
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def _recall(
    space: SearchSpace, vectors: np.ndarray, questions: Vectors, root: int | None = None
) -> float:
    found = 0
    hits = min(_HITS, len(vectors))
    truth = np.concatenate(
        [
            vectors[start : start + _BLOCK].astype(np.float32) @ questions.T
            for start in range(0, len(vectors), _BLOCK)
        ]
    )
    for number, question in enumerate(questions):
        best = set((np.argpartition(-truth[:, number], hits - 1)[:hits] + 1).tolist())
        items = space.rank(question, _ASKED, root).items[:hits]
        found += len(best & {item.content_id for item in items})
    return found / (hits * len(questions))


def _noise(findings: Findings, count: int, dimensions: int) -> None:
    """The index's own recall on vectors that have nothing in common."""
    crowd = Crowd(dimensions, 2)
    vectors, questions = crowd.noise(count), crowd.noise(20)
    with tempfile.TemporaryDirectory(prefix="clipdesk-") as place:
        index = VectorIndex(Path(place) / "noise.vectors", "noise", dimensions)
        index.add(count, np.arange(count), vectors.astype(np.float16))
        found = 0
        for question in questions:
            keys, _ = index.search(question, _HITS + 64)
            found += len(
                set(keys.tolist()) & set(np.argsort(-(vectors @ question))[:_HITS].tolist())
            )
    findings.add(
        f"recall@{_HITS} in the shortlist, noise, {count:,} vectors",
        found / (_HITS * len(questions)),
        "",
        must=0.99,
        more_is_better=True,
    )


def _adding(findings: Findings, crowd: Crowd, place: Path, dimensions: int, count: int) -> None:
    """Batches of an encoder's size, added while questions are asked."""
    if not count:
        return
    identity = "adding"
    index = VectorIndex(place / "adding.vectors", identity, dimensions)
    for start in range(0, count, _BLOCK):
        index.add(start + _BLOCK, np.arange(start, start + _BLOCK), crowd.pictures(_BLOCK))
    index.save()
    size = _written(place)
    batches = [crowd.pictures(24).astype(np.float16) for _ in range(40)]
    seq, busy = len(index), 0.0
    for number, batch in enumerate(batches):
        begun = time.perf_counter()
        index.add(seq + 24, np.arange(seq, seq + 24), batch)
        busy += time.perf_counter() - begun
        seq += 24
        if number % 10 == 0:
            index.search(batch[0].astype(np.float32), _ASKED)
    note = f"into {count:,}, batches of 24, questions between them"
    findings.add("vectors added", 40 * 24 / busy, "/s", must=150, more_is_better=True, note=note)
    index.save()
    stamp = (place / "adding.stamp").stat().st_size
    findings.add(
        "written for each vector added, 960 at a time",
        (_written(place) - size + stamp) / 960,
        "bytes",
        note=f"a row is {dimensions}, its key 12",
    )


def _written(place: Path) -> int:
    return sum((place / f"adding.{kind}").stat().st_size for kind in ("vectors", "keys"))


_COLD = """
import sys, time
begun = time.perf_counter()
from pathlib import Path
import numpy as np
from clipdesk.core.vectors import VectorIndex
place, identity, dimensions = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
index = VectorIndex(place, identity, dimensions)
assert len(index)
index.search(np.full(dimensions, dimensions ** -0.5, np.float32), 500)
print((time.perf_counter() - begun) * 1000)
"""


def _cold(findings: Findings, place: Path, dimensions: int, what: str) -> None:
    path = next(place.glob("space-*.vectors"))
    identity = json.loads(path.with_suffix(".stamp").read_bytes())["identity"]
    taken = [
        float(
            subprocess.run(
                [sys.executable, "-c", _COLD, str(path), identity, str(dimensions)],
                capture_output=True,
                check=True,
                text=True,
            ).stdout
        )
        for _ in range(3)
    ]
    findings.add(f"cold: numpy and index imported, opened, and asked, {what}", min(taken), "ms")


if __name__ == "__main__":
    alone(measure, __doc__)
