"""The one door to OpenVINO: one tower of a network, run on the processor without torch."""

import contextlib
import logging
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.children.parent import LESS

if TYPE_CHECKING:
    import openvino

log = logging.getLogger(__name__)

BATCH = 16
"""Rows at once in a stream, so that memory stays bounded whatever the caller brings."""
STREAMS = min(2, os.cpu_count() or 1)
"""Parts of a batch that go through an image tower side by side, each on its share of the cores.

Cores that work on one part wait for the slowest of them some hundred times; decoders and other
programs hold up now this one, now that one.
"""
_TRIES = 3
_ROUNDS = 2
_THE_SAME = 1e-3
_CONVERTER = "openvino.tools.ovc"
_SPY = "openvino_telemetry"


def silence() -> None:
    """Make it impossible for OpenVINO and its tools to report on their use.

    Its Python package sends a word to its makers whenever it is imported, and at each conversion,
    by the package ``openvino_telemetry``. A module that is None can't be imported: each of the
    callers then takes its own stub, which does nothing.
    """
    sys.modules[_SPY] = None  # type: ignore[assignment]  # documented, whatever typeshed says


def load() -> Any:
    """The package, without its converter; raises ImportError where there is none for the system."""
    silence()
    if "openvino" in sys.modules or _CONVERTER in sys.modules:
        import openvino

        return openvino
    # The package imports its converter for everyone, which costs as much as all the rest.
    sys.modules[_CONVERTER] = None  # type: ignore[assignment]
    try:
        import openvino
    finally:
        del sys.modules[_CONVERTER]
    return openvino


@cache
def available() -> bool:
    """Whether OpenVINO runs on this computer."""
    try:
        return "CPU" in core().available_devices
    except (ImportError, OSError, RuntimeError):
        return False


@cache
def core() -> "openvino.Core":
    """What reads and compiles; one for the process."""
    made: openvino.Core = load().Core()
    return made


def has(ability: str) -> bool:
    """Whether this processor has arithmetic of its own for ``BF16`` or ``INT8``."""
    return ability in core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def version() -> str:
    """OpenVINO's own, without the number of its build."""
    return str(load().get_version()).partition("-")[0]


def here() -> str:
    """What else than a tower's files decides on its answers: OpenVINO and the processor."""
    name, able = (
        core().get_property("CPU", what)
        for what in ("FULL_DEVICE_NAME", "OPTIMIZATION_CAPABILITIES")
    )
    return f"{load().get_version()} on {name}, {' '.join(able)}"


def threads() -> int:
    """How many work on one tower, nearly: OpenVINO takes one for each real core."""
    return os.cpu_count() or 1


def options(precision: str = "f32", streams: int = STREAMS) -> dict[str, Any]:
    """How a tower is to be run; ``precision`` is that of what is not quantized."""
    return {
        "PERFORMANCE_HINT": "LATENCY",
        "NUM_STREAMS": streams,
        "INFERENCE_PRECISION_HINT": precision,
        # Decoders want the processor too: a thread that is bound to a core would wait for them
        # while another core is free.
        "ENABLE_CPU_PINNING": False,
        # The same vectors on every processor, also those that could round activations to bytes.
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": 0,
    }


class Tower:
    """Rows in, unit vectors out; compiled when it is first asked, and asked by one at a time."""

    def __init__(
        self,
        file: Path,
        precision: str = "f32",
        ready: Path | None = None,
        *,
        streams: int = STREAMS,
    ) -> None:
        """``file`` is OpenVINO's .xml, with its .bin beside it.

        ``ready`` is what `keep` has written on this computer: it spares most of the compiling.
        With more than one of the ``streams`` more rows are done in a time, and one takes longer.
        """
        self.file = file
        self._ready = ready
        self._mapped: NDArray[np.uint8] | None = None
        self._streams = streams
        self._options = options(precision, streams)
        self._compiled: openvino.CompiledModel | None = None
        self._turn = threading.Lock()

    def compile(self) -> "openvino.CompiledModel":
        """Get ready. Raises RuntimeError for a file that is damaged or foreign."""
        if self._compiled is None:
            self._compiled = _gently(self._sound)
        return self._compiled

    def open(self) -> None:
        """Get ready now, from any thread; where that fails, the first question says so."""
        with self._turn, contextlib.suppress(RuntimeError):
            self.compile()

    def keep(self, ready: Path) -> None:
        """Write down what compiling has made of it, for the next time on this computer."""
        ready.write_bytes(self.compile().export_model().getbuffer())

    def _sound(self) -> "openvino.CompiledModel":
        """One whose streams give the same answers.

        In a process that had run torch before, one tower in some thirty answered wrongly for as
        long as it lived, and differently from the first question to the second, as if one of its
        two streams had been compiled wrong. The same file was right wherever else it was compiled.
        """
        for _ in range(_TRIES):
            run = self._opened() or core().compile_model(self.file, "CPU", self._options)
            if self._streams == 1 or _agree(run, self._streams):
                return run
            log.info("the streams of %s disagree: it is compiled anew", self.file.name)
        self._streams = 1
        alone: openvino.CompiledModel = core().compile_model(
            self.file, "CPU", self._options | {"NUM_STREAMS": 1}
        )
        return alone

    def _opened(self) -> "openvino.CompiledModel | None":
        if self._ready is None:
            return None
        try:
            # Nothing is written there, but a tensor that may not be is a copy of it all.
            mapped = np.memmap(self._ready, np.uint8, "c")
            tensor = load().Tensor(mapped, shared_memory=True)
            opened: openvino.CompiledModel = core().import_model(tensor, "CPU", self._options)
        except (OSError, RuntimeError, ValueError) as error:
            log.info("%s is compiled anew: %s", self.file.name, error)
            return None
        self._mapped = mapped  # it goes on reading there
        return opened

    def __call__(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        made: list[NDArray[np.float32]] = []
        going: deque[Any] = deque()

        def take() -> None:
            request = going.popleft()
            request.wait()
            made.append(request.get_output_tensor(0).data.copy())

        with self._turn:
            run = self.compile()
            for part in _parts(len(rows), self._streams):
                if len(going) == self._streams:
                    take()
                going.append(run.create_infer_request())
                going[-1].start_async([rows[part]])
            while going:
                take()
        vectors: NDArray[np.float32] = np.concatenate(made)
        return vectors


def _agree(run: "openvino.CompiledModel", streams: int) -> bool:
    """Whether all streams say the same of one row."""
    wanted = run.input(0)
    shape = [1, *(part.get_length() for part in list(wanted.get_partial_shape())[1:])]
    row = np.arange(np.prod(shape)).reshape(shape).astype(wanted.get_element_type().to_dtype())
    said = []
    for _ in range(_ROUNDS):
        going = [run.create_infer_request() for _ in range(streams)]
        for request in going:  # all at once: each takes a stream that is free
            request.start_async([row])
        for request in going:
            request.wait()
            said.append(request.get_output_tensor(0).data.copy())
    return all(np.allclose(said[0], other, atol=_THE_SAME, equal_nan=True) for other in said)


def _gently(compile_: Callable[[], "openvino.CompiledModel"]) -> "openvino.CompiledModel":
    """Compile so that the threads which will run it take less of the processor than the window.

    In Linux niceness is each thread's own, and those that it starts take after it (nice(2)).
    """
    if sys.platform != "linux":
        return compile_()
    with ThreadPoolExecutor(1, "compile", os.nice, (LESS,)) as thread:
        return thread.submit(compile_).result()


def _parts(count: int, streams: int) -> Iterator[slice]:
    """So many rows, a part for each stream if they suffice, in powers of two.

    OpenVINO makes its kernels and buffers anew for every number of rows that it has not met: a
    quarter of a second for the first, some hundredths for each other one.
    """
    share = min(BATCH, -(-count // streams))
    at = 0
    while at < count:
        size = 1 << min(share, count - at).bit_length() - 1
        yield slice(at, at + size)
        at += size
