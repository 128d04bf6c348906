"""The environment in .venv: made, completed, or simply found.

Only the standard library is used, and old Pythons can read this file far enough to say that they
are too old. A stamp is written last: whatever was interrupted is taken up again at the next run.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT

import system
from system import give_up, say

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
OLDEST, NEWEST = (3, 11), (3, 14)

NO_CONNECTION = re.compile(
    "NewConnectionError|NameResolutionError|name resolution|Network is unreachable|ProxyError"
    "|ConnectTimeout|ReadTimeout|Connection (refused|reset|aborted|broken)|Could not fetch URL",
    re.IGNORECASE,
)


def ready(*, tests: bool) -> Path:
    """Bring the environment to where ClipDesk runs in it; return its Python."""
    require_python()
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = VENV / ("tests.stamp" if tests else "program.stamp")
    needed = fingerprint()
    system.require(tests=tests)
    usable = works(python, "pip")
    if usable and stamp.is_file() and stamp.read_text(encoding="utf-8") == needed:
        return python
    if not usable:
        make_venv()
    say("Installing what ClipDesk needs into .venv: once, some minutes. Up to 3 GB are fetched.")
    pip(python, ["pip"])
    group = ["--group", "dev"] if tests else []
    pip(python, ["--build-constraint", str(CONSTRAINTS), "--editable", ".", *group])
    stamp.write_text(needed, encoding="utf-8")
    if tests:  # what the tests need holds all that the program needs
        (VENV / "program.stamp").write_text(needed, encoding="utf-8")
    say("The environment is ready.")
    return python


def require_python() -> None:
    """Go on under a Python that will do; where there is none, say so."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other and works(Path(other)):
            # The name can be there without the version (version managers leave such stubs).
            raise SystemExit(subprocess.call([other, *sys.argv]))
    give_up(
        f"ClipDesk needs Python 3.{OLDEST[1]} to 3.{NEWEST[1]};"
        f" this is {platform.python_version()}.",
        "Install one of these and run the same command with it.",
    )


def works(python: Path, module: str = "sys") -> bool:
    """Whether this Python starts, is of a version that will do, and has the module."""
    code = f"import sys, {module}; sys.exit(not {OLDEST} <= sys.version_info[:2] <= {NEWEST})"
    try:
        return subprocess.call([str(python), "-c", code], stdout=DEVNULL, stderr=DEVNULL) == 0
    except OSError:
        return False


def fingerprint() -> str:
    """What the environment was made from; another answer means it must be completed."""
    import tomllib  # noqa: PLC0415  not there in the Pythons that require_python turns away

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    made_from = {
        "place": str(ROOT),
        "constraints": CONSTRAINTS.read_text(encoding="utf-8"),
        **{table: project[table] for table in ("build-system", "project", "dependency-groups")},
    }
    return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()


def make_venv() -> None:
    """Make .venv, or make it anew where it no longer starts."""
    if VENV.is_dir() and any(VENV.iterdir()) and not (VENV / "pyvenv.cfg").is_file():
        give_up(f"{VENV} is in the way: it holds something else than a Python environment.")
    try:
        import ensurepip  # noqa: F401, PLC0415  Debian keeps it in a package of its own
    except ImportError:
        system.install([f"python3.{sys.version_info[1]}-venv"], "Python's own venv")
    say("Making the Python environment .venv …")
    try:
        subprocess.run(
            [sys.executable, "-m", "venv", "--clear", str(VENV)],
            check=True,
            capture_output=True,
            text=True,
        )
    except subprocess.CalledProcessError as error:
        give_up(f"Python could not make {VENV}:", (error.stdout + error.stderr).strip())


def pip(python: Path, what: list[str]) -> None:
    """Install by the constraints; tell of each large download; on failure, say what is wrong."""
    command = [str(python), "-m", "pip", "install", "--upgrade", "--no-input", "--progress-bar=off"]
    command += ["--disable-pip-version-check", "--constraint", str(CONSTRAINTS), *what]
    lines = []
    with subprocess.Popen(
        command,
        cwd=str(ROOT),
        stdout=PIPE,
        stderr=STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as running:
        for line in running.stdout or ():
            lines.append(line.rstrip())
            large = re.search(r"Downloading (?:\S*/)?([\w.]+)-([^-]+)-\S+ \(([\d.]+ [MG]B)\)", line)
            if large and (large[3].endswith("GB") or float(large[3].split()[0]) >= 20):
                say(f"  fetching {large[1]} {large[2]} ({large[3]}) …")
            elif line.startswith("Installing collected packages"):
                say("  unpacking …")
    if running.returncode == 0:
        return
    output = "\n".join(lines)
    again = "Then run the same command again: what has been fetched is kept."
    if running.returncode < 0 or running.returncode == 137:
        give_up("pip was stopped before it was done (was there too little memory?).", again)
    if NO_CONNECTION.search(output):
        give_up(
            "The libraries can't be fetched: the package index is out of reach. Check the network"
            " (behind a proxy, set HTTPS_PROXY).",
            again,
        )
    if "No space left" in output:
        give_up(f"The disk is full: the libraries take up to 7 GB in {VENV}.", again)
    errors = [line for line in lines if "ERROR" in line] or lines[-5:]
    give_up("pip could not install the libraries:", *errors)
