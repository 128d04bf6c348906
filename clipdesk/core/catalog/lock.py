"""One writer for each library."""

from filelock import FileLock, Timeout

from clipdesk.core.errors import LibraryError
from clipdesk.core.paths import Directories, printable


def hold(directories: Directories) -> FileLock:
    """Take the library for writing; released by ``release()`` or by the process's end.

    Raises `LibraryError` when another ClipDesk has it, or it can't be written to.
    """
    lock = FileLock(directories.data / "library.lock", mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise LibraryError(
            f"Another ClipDesk is working on this library: {printable(directories.data)}",
            hint="Close it first, or choose another library with --library.",
        ) from None
    except OSError as error:
        raise LibraryError(
            f"The library can't be written to: {printable(directories.data)} ({error.strerror})",
            hint="Give yourself the right to write there, or choose another with --library.",
        ) from error
    return lock
