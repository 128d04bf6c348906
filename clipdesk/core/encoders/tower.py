"""The one door to OpenVINO: one tower of a network, run on the processor without torch."""

import os
import sys
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import openvino

BATCH = 16
"""Rows at once, so that memory stays bounded whatever the caller brings."""
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
    return f"{load().get_version()} on {core().get_property('CPU', 'FULL_DEVICE_NAME')}"


def threads() -> int:
    """How many work on one tower, nearly: OpenVINO takes one for each real core."""
    return os.cpu_count() or 1


def options(precision: str = "f32") -> dict[str, Any]:
    """How a tower is to be run; ``precision`` is that of what is not quantized."""
    return {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": precision,
        # Decoders want the processor too: a thread that is bound to a core would wait for them
        # while another core is free.
        "ENABLE_CPU_PINNING": False,
        # The same vectors on every processor, also those that could round activations to bytes.
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": 0,
    }


class Tower:
    """Rows in, unit vectors out; compiled when it is first asked, and asked by one at a time."""

    def __init__(self, file: Path, precision: str = "f32") -> None:
        """``file`` is OpenVINO's .xml, with its .bin beside it."""
        self._file = file
        self._precision = precision
        self._compiled: openvino.CompiledModel | None = None
        self._turn = threading.Lock()

    def compile(self) -> "openvino.CompiledModel":
        """Get ready. Raises RuntimeError for a file that is damaged or foreign."""
        if self._compiled is None:
            self._compiled = core().compile_model(self._file, "CPU", options(self._precision))
        return self._compiled

    def __call__(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        with self._turn:
            run = self.compile()
            made = [run(rows[i : i + BATCH])[0] for i in range(0, len(rows), BATCH)]
        vectors: NDArray[np.float32] = np.concatenate(made)
        return vectors
