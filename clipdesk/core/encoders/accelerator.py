"""Whether this computer may have a graphics card that torch can use, found out without torch."""

import os
import platform
import sys
from pathlib import Path


def likely() -> bool:
    """Whether it is worth loading torch to ask: a driver of NVIDIA's, or Apple's own chip."""
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    if sys.platform == "win32":
        system = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32"
        return (system / "nvcuda.dll").exists()
    return any(Path(device).exists() for device in ("/dev/nvidiactl", "/dev/kfd"))
