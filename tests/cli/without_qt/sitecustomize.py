"""Python runs this at its start: from then on there is no Qt."""

import sys
from importlib.abc import MetaPathFinder
from typing import Any


class _WithoutQt(MetaPathFinder):
    def find_spec(self, name: str, *_: Any) -> None:
        if name.partition(".")[0] in ("PySide6", "shiboken6"):
            raise ImportError(f"a command must not need {name}")


sys.meta_path.insert(0, _WithoutQt())
