"""``python -m tests.faults``: every fault, hundreds of times, and a table of what it cost."""

import os
import sys
from pathlib import Path

import pytest

os.environ["CLIPDESK_FAULTS"] = "full"
sys.exit(pytest.main([str(Path(__file__).parent), "-q", *sys.argv[1:]]))
