"""The same pictures, by others: ``python -m tests.benchmarks.peers``.

Each is driven by its own command, in processes of its own, on copies of the same photographs and
with the same random network (ViT-B-32-256), one after the other, in turns: what else runs on the
machine meets all of them. Both the wall's time and the processor's are told; on a machine
that is busy with other things only the processor's can be compared.

- ClipDesk: ``clipdesk index`` and ``clipdesk search``; and the first time that the network is used,
  in which it is made quick for this computer.
- rclip, if ``CLIPDESK_RCLIP`` names its command, and ``CLIPDESK_RCLIP_MODELS`` the folder that
  `tests.benchmarks.rclip_model` has made in place of what it would have fetched.
- A script of thirty lines: open_clip, Pillow and NumPy, as everybody writes it.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks import plain
from tests.benchmarks.decode import photo
from tests.benchmarks.findings import Findings, alone
from tests.benchmarks.models import never_seen, ready, weights
from tests.conftest import REPOSITORY

PICTURES = {"quick": 6, "usual": 120, "full": 300}
NETWORK = "ViT-B-32-256"
CAPTION = "a red car"


@dataclass(slots=True)
class Cost:
    """Seconds of the wall and of the processor, for each turn."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def take(self, command: list[str | Path], folder: Path) -> None:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.perf_counter()
        done = subprocess.run(
            command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
        )
        self.wall.append(time.perf_counter() - begun)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stderr[-2000:].decode('utf-8', 'replace')}")


@dataclass
class Peer:
    """How one is asked; the best of its turns counts, since the machine's own pace changes."""

    """How it is asked to index a folder, and to answer a caption."""

    index: Callable[[Path], list[str | Path]]
    ask: Callable[[Path], list[str | Path]]
    turns: int = 4
    indexing: Cost = field(default_factory=Cost)
    asking: Cost = field(default_factory=Cost)


def measure(size: str) -> Findings:
    findings = Findings()
    peers = _peers()
    with tempfile.TemporaryDirectory(prefix="clipdesk-") as place:
        photos = Path(place) / "photos"
        photos.mkdir()
        for number, data in enumerate(_photographs(PICTURES[size])):
            (photos / f"{number:04}.jpg").write_bytes(data)
        for turn in range(1 if size == "quick" else Peer.turns):
            for name, peer in peers.items():
                if turn >= peer.turns:
                    continue
                folder = Path(place) / f"{name} {turn}" / "photos"
                shutil.copytree(photos, folder)
                peer.indexing.take(peer.index(folder), folder)
                for _ in range(3):
                    peer.asking.take(peer.ask(folder), folder)
        first = Cost()
        if size != "quick":
            folder = Path(place) / "first" / "photos"
            shutil.copytree(photos, folder)
            with never_seen():
                first.take(peers["ClipDesk"].index(folder), folder)
    count = PICTURES[size]
    ours = peers["ClipDesk"]
    if first.wall:
        findings.add("ClipDesk: the same, the network's first time", first.wall[0], "s")
        findings.add("ClipDesk: processor for that", first.cpu[0], "s")
    for name, peer in peers.items():
        others = name != "ClipDesk"
        wall, cpu = min(peer.indexing.wall), min(peer.indexing.cpu)
        findings.add(f"{name}: index {count} photographs, start and all", count / wall, "images/s")
        findings.add(f"{name}: processor for it", cpu / count * 1000, "ms/image")
        findings.add(f"{name}: a caption, cold process", min(peer.asking.wall), "s")
        findings.add(f"{name}: processor for it, cold", min(peer.asking.cpu), "s")
        if others:
            bounds = {"must": 2.5, "aim": 4.0} if name == "rclip" else {}
            faster = wall / min(ours.indexing.wall)
            findings.add(
                f"ClipDesk indexes as fast as {name}, times", faster, "×",
                more_is_better=True, **bounds,
            )  # fmt: skip
            findings.add(
                f"the same by the processor's time, {name}", cpu / min(ours.indexing.cpu), "×"
            )
            bounds = {"must": 0.9, "aim": 0.4} if name == "rclip" else {}
            part = min(ours.asking.wall) / min(peer.asking.wall)
            findings.add(f"ClipDesk's cold caption, of {name}'s time", part, "×", **bounds)
            part = min(ours.asking.cpu) / min(peer.asking.cpu)
            findings.add(f"the same by the processor's time, caption, {name}", part, "×")
    return findings


def _peers() -> dict[str, Peer]:
    model = f"{NETWORK}:{weights(NETWORK)}"
    ready(model)
    run: list[str | Path] = [sys.executable, "-m", "clipdesk"]
    script: list[str | Path] = [sys.executable, plain.__file__, NETWORK, weights(NETWORK)]
    peers = {
        "ClipDesk": Peer(
            lambda folder: [*run, "index", folder, "--model", model, "--library", _beside(folder)],
            lambda folder: [*run, "search", CAPTION, "-k", "10", "--library", _beside(folder)],
        ),
        "a script of open_clip and NumPy": Peer(
            lambda folder: [*script, "index", folder],
            lambda folder: [*script, "ask", folder, CAPTION],
            turns=1,
        ),
    }
    rclip = os.environ.get("CLIPDESK_RCLIP")
    if rclip:
        models = Path(os.environ["CLIPDESK_RCLIP_MODELS"])

        def ask(folder: Path, *more: str) -> list[str | Path]:
            kept = folder.parent / "rclip"
            if not kept.exists():
                kept.mkdir()
                for part in models.iterdir():
                    (kept / part.name).symlink_to(part)
            command = [rclip, "--filepath-only", "--top", "10", *more, CAPTION]
            return ["env", f"RCLIP_DATADIR={kept}", "HF_HUB_OFFLINE=1", *command]

        # Its first search of a folder indexes it.
        peers["rclip"] = Peer(ask, lambda folder: ask(folder, "--no-indexing"))
    os.environ["PYTHONPATH"] = os.pathsep.join(
        filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH")))
    )
    return peers


def _beside(folder: Path) -> Path:
    return folder.parent / "library"


def _photographs(count: int) -> list[bytes]:
    given = os.environ.get("CLIPDESK_PHOTOS")
    found = sorted(Path(given).rglob("*.jpg")) if given else []
    originals = [path.read_bytes() for path in found[:count]] or [
        photo(1600, 1200, seed) for seed in range(8)
    ]
    # Other bytes, the same picture: what follows the end of a JPEG is not looked at.
    return [originals[n % len(originals)] + n.to_bytes(4) for n in range(count)]


if __name__ == "__main__":
    alone(measure, __doc__)
