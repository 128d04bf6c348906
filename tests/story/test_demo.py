"""``clipdesk demo`` where there is no display: the main job done offscreen, and shown."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clipdesk import demo
from clipdesk.core.encoders import starter
from tests.conftest import REPOSITORY

DEADLINE_S = 240


@pytest.mark.skipif(not starter.info().here, reason="the starter's weights are not here")
def test_the_demo_shows_the_main_job(tmp_path: Path) -> None:
    """The second time on the same library, everything is there already."""
    for _ in range(2):
        shots = tmp_path / "shots"
        said = tour("--library", tmp_path / "library", "--screenshots", shots)
        assert f"{len(demo.PICTURES)} pictures are in the library" in said
        for query in demo.QUERIES:
            assert f"“{query}”" in said
        # The dropped picture is in the library: nothing is more like it than itself.
        _, _, similar = said.partition("\nlike ")
        assert Path(demo.EXAMPLE).name in similar.splitlines()[1]
        for name in ("grid", "caption", "similar"):
            picture = Image.open(shots / f"{name}.png").convert("RGB")
            assert picture.size == (1280, 800)
            colours = len(np.unique(np.asarray(picture).reshape(-1, 3) // 8, axis=0))
            assert colours > 200, f"{name}.png shows next to nothing"
            (shots / f"{name}.png").unlink()


def tour(*arguments: str | Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "clipdesk", "demo", *map(os.fspath, arguments)],
        check=False,
        cwd=REPOSITORY,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout
