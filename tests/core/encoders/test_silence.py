"""Nothing leaves the computer: OpenVINO and its tools would report on their use, and can't."""

import subprocess
import sys
from pathlib import Path

CODE = """
import os, sys
# A file, since it is a process of its own, forked off, that would do it.
attempts = os.open(sys.argv[2], os.O_CREAT | os.O_APPEND | os.O_WRONLY)
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        os.write(attempts, f"{event} {arguments}\\n".encode())
sys.addaudithook(watch)

import numpy as np
from pathlib import Path
from clipdesk.core.encoders import export, forms, load
from clipdesk.core.encoders.network import build
from clipdesk.core.encoders.starter import recipe

encoder = load("starter", Path(sys.argv[1]))
size = encoder.space.spec.size
encoder.encode_texts(["a red chair"])
encoder.encode_images(np.zeros((2, size, size, 3), np.uint8))

import openvino, openvino.tools.ovc, nncf

model = export.image_tower(build(recipe()), encoder.space.spec)
forms.in_bytes(model)

try:
    import openvino_telemetry
except ImportError:
    pass
else:
    raise SystemExit("the reporter can be imported")
import threading
for thread in threading.enumerate():
    if thread is not threading.current_thread():
        thread.join(2)
"""


def test_importing_converting_and_inferring_ask_nobody(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(home), "USERPROFILE": str(home)}
    # Not as in continuous integration, where it would keep still of its own accord.
    assert "CI" not in environment
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CODE, str(tmp_path), str(tmp_path / "attempts")],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "attempts").read_text() == ""
    # Its mark of this person would lie here.
    assert not (home / "intel").exists()
