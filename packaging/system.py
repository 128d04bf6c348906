"""What ClipDesk needs of the system besides Python: found by trying, installed where it lacks."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE, STDOUT

# What Qt's own files link to and pip does not bring: the library, and Debian's package of it.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
X11_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WAYLAND_LIBRARIES = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
TEST_PROGRAMS = {"Xvfb": "xvfb", "xdotool": "xdotool"}


def say(line: str) -> None:
    print(line, flush=True)


def give_up(*lines: str) -> None:
    """End the program with a plain sentence."""
    raise SystemExit("\n".join(lines))


def require(*, tests: bool) -> None:
    """See that the system holds what Qt needs here; install what it lacks."""
    if not sys.platform.startswith("linux"):
        return
    wanted = dict(QT_LIBRARIES)
    if tests or os.environ.get("DISPLAY"):
        wanted.update(X11_LIBRARIES)
    if os.environ.get("WAYLAND_DISPLAY"):
        wanted.update(WAYLAND_LIBRARIES)
    missing = {name: package for name, package in wanted.items() if not loads(name)}
    if tests:
        missing.update({n: package for n, package in TEST_PROGRAMS.items() if not shutil.which(n)})
    if not has_font():
        missing["a font"] = "fonts-dejavu-core"
    if missing:
        install(sorted(set(missing.values())), ", ".join(missing))


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_font() -> bool:
    folders = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
    return any(
        name.endswith((".ttf", ".otf", ".ttc"))
        for folder in folders
        for _, _, names in os.walk(str(Path(folder).expanduser()))
        for name in names
    )


def install(packages: list[str], what: str) -> None:
    """Install packages of the system; without the right or the means to, say which are needed."""
    if not shutil.which("apt-get"):
        give_up(f"This system lacks: {what}.", "Install the packages that hold these.")
    if os.geteuid() == 0:
        right = ["env"]
    elif shutil.which("sudo") and (sys.stdin.isatty() or silent(["sudo", "-n", "true"]) == 0):
        right = ["sudo", "env"]
    else:
        give_up(
            f"This system lacks: {what}. Ask whoever may install packages here for:",
            "  apt-get install --no-install-recommends " + " ".join(packages),
        )
    say(f"Installing packages of the system: {' '.join(packages)} …")
    apt = [*right, "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    silent([*apt, "update"])
    if silent([*apt, "install", "-y", "--no-install-recommends", *packages], tell=True) != 0:
        give_up(
            "apt-get could not install them. Is the network there? By hand it would be:",
            "  apt-get install --no-install-recommends " + " ".join(packages),
        )


def silent(command: list[str], *, tell: bool = False) -> int:
    """Run a command without its chatter; if it fails and ``tell``, show its last lines."""
    done = subprocess.run(
        command,
        check=False,
        stdout=PIPE,
        stderr=STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode and tell:
        say("\n".join(done.stdout.splitlines()[-5:]))
    return done.returncode
