"""A child that behaves as its first argument says."""

import ctypes
import os
import sys
import threading
from pathlib import Path

from clipdesk.core.children.child import Child
from clipdesk.core.children.parent import LESS, Parent, run


def work(parent: Parent) -> int:  # noqa: PLR0912 (as many as there are oddities)
    deed, *others = sys.argv[1:]
    match deed:
        case "echo":
            parent.tell(arguments=others, nice=os.nice(0) if os.name == "posix" else 0)
            for line in parent.source:
                parent.tell(length=len(line), line=line.decode())
            return 3
        case "print":
            sys.stdout.write("a library is chatty\n")
            sys.stdout.flush()
            os.write(sys.stdout.fileno(), b"and in C, too\n")
            parent.send(b"{nonsense\n[1, 2]\n\n\xff\xfe\n" + b"[" * 100_000 + b"\n")
            parent.tell(sane=True)
        case "shout":
            sys.stderr.write("x" * 1_000_000 + "\nso it ends\n")
            parent.tell(done=1)
            return 4
        case "endless":
            while True:
                parent.send(b"x" * 65_536)
        case "bytes":
            parent.tell(bytes=200_000)
            parent.send(bytes(range(200)) * 1000)
            parent.tell(after=True)
        case "mute":
            threading.Event().wait()
        case "shut":
            parent.target.close()
            threading.Event().wait()
        case "wrong":
            raise RuntimeError("this is a bug")
        case "crash":
            ctypes.string_at(0)
        case "leave":
            parent.when_done()
            parent.tell(pid=os.getpid())
            threading.Event().wait()
        case "family":
            with Child(__spec__.name, "leave") as grandchild:
                said = grandchild.hear()
                assert said is not None
                parent.tell(pid=said["pid"])
                Path(others[0]).touch()
                threading.Event().wait()
    return 0


if __name__ == "__main__":
    run(work, LESS)
