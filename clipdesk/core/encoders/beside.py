"""Work that takes long, done beside the one who asked for it."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Result = TypeVar("Result")


def beside(work: Callable[[], Result], name: str) -> "Future[Result]":
    """Do ``work`` in a thread of its own, called ``name``; what it gives or raises is the future's.

    A daemon: a connection that hangs must not keep the program from ending.
    """
    future: Future[Result] = Future()

    def run() -> None:
        try:
            result = work()
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(result)

    threading.Thread(target=run, name=name, daemon=True).start()
    return future
