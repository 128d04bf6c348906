"""Work that was interrupted, kept beside its result until it is done."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]


class Checkpoint:
    """Arrays in a file, of one piece of work that ``key`` names: another's are not taken."""

    def __init__(self, result: Path, key: str) -> None:
        """The file lies beside ``result``, and is called after it."""
        self.file = result.with_name(result.name + ".paused")
        self._key = key

    def load(self) -> Arrays:
        """What was kept; nothing if there is none, or it is of other work."""
        try:
            # Opened here: numpy forgets to close what it can't read.
            with self.file.open("rb") as stream, np.load(stream, allow_pickle=False) as kept:
                arrays = {name: kept[name] for name in kept.files}
        except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
            return {}
        return arrays if str(arrays.pop("key", "")) == self._key else {}

    def save(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Keep these, whole or not at all; raises OSError."""
        half = self.file.with_name(self.file.name + ".half")
        try:
            with half.open("wb") as stream:
                # mypy takes the names of arrays for numpy's options.
                np.savez(stream, key=np.array(self._key), **arrays)  # type: ignore[arg-type]
            half.replace(self.file)
        finally:
            half.unlink(missing_ok=True)

    def drop(self) -> None:
        """It is done."""
        self.file.unlink(missing_ok=True)
