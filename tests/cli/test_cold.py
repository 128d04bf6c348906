"""What a question costs from cold is what it imports: these packages it can do without."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from clipdesk.cli import reading
from clipdesk.core.errors import ModelDoubted
from tests.cli.command import DEADLINE_S, environment
from tests.cli.conftest import Place
from tests.conftest import REPOSITORY
from tests.core.encoders import tiny

pytestmark = pytest.mark.usefixtures("indexed")

MODELS = {"torch", "open_clip", "timm", "transformers", "openvino", "huggingface_hub", "nncf"}
PICTURES = {"PIL", "av", "multiprocessing", "clipdesk.core.pictures.pool"}
FOLDERS = {"watchdog", "pathspec", "psutil", "clipdesk.core.folders"}
SLOW = {"asyncio", "email", "http", "httpx", "importlib.metadata", "numpy.ma", "numpy.random"}
WORDS = {"regex", "ftfy", "tokenizers"}

CODE = """
import sys
from clipdesk.cli.main import main
status = main(sys.argv[1:])
sys.stdout.flush()
print(*sys.modules, sep="\\n", file=sys.stderr)
sys.exit(status)
"""


def imported(place: Place, *arguments: str | Path) -> set[str]:
    """The modules that a command has imported when it is done."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, *map(str, arguments), "--library", str(place.library)],
        check=False,
        cwd=REPOSITORY,
        env=environment(place.home),
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
    )
    assert done.returncode == 0, done.stderr
    found = set(done.stderr.split())
    assert {"numpy", "clipdesk.core.vectors"} <= found
    return found


def test_a_caption_is_answered_by_what_it_needs(place: Place) -> None:
    found = imported(place, "search", "a red square")
    assert not found & (MODELS | PICTURES | FOLDERS | SLOW | WORDS)


def test_a_picture_that_is_known_is_not_opened(place: Place) -> None:
    picture = next(place.pictures.glob("red *.png"))
    assert not imported(place, "similar", picture) & (MODELS | PICTURES)


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
def test_numpy_multiplies_by_one_thread() -> None:
    code = (
        "import clipdesk, numpy, os; numpy.ones((900, 900)) @ numpy.ones((900, 900));"
        "print(len(os.listdir('/proc/self/task')))"
    )
    # What is imported here has said it already, to all processes started from here.
    unsaid = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=unsaid, capture_output=True, text=True, check=True
    )
    assert done.stdout == "1\n"


@pytest.mark.parametrize("watched", [True, False])
def test_who_waits_hears_why(
    watched: bool,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a model that no index has made quick yet; a program hears nothing."""
    tiny.folder(tmp_path / "tiny", tiny.config())
    monkeypatch.setattr(sys.stderr, "isatty", lambda: watched)
    with pytest.raises(ModelDoubted):  # its weights are random
        reading.loaded(f"tiny:{tmp_path / 'tiny'}", tmp_path / "models")
    assert ("clipdesk index" in capsys.readouterr().err) is watched
