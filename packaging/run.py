"""Set ClipDesk up, and do its main job.

    python3 packaging/run.py [FOLDER…]

Opens the window on these folders, or on a small demo library. Where there is no display, the
same window does the same job unseen: it prints what it found and writes pictures of itself.
"""

from __future__ import annotations

import os
import subprocess
import sys

import environment


def main() -> int:
    try:
        python = environment.ready(tests=False)
        folders = [os.path.abspath(folder) for folder in sys.argv[1:]]  # noqa: PTH100  keeps links
        return subprocess.call([str(python), "-m", "clipdesk", "demo", *folders])
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
