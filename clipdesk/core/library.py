"""A library, opened for change: its catalogue, its thumbnails, and the right to write them."""

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.catalog.faults import in_words
from clipdesk.core.catalog.lock import hold
from clipdesk.core.catalog.thumbnails import Thumbnails
from clipdesk.core.errors import LibraryError
from clipdesk.core.paths import Directories, printable


class Library:
    """Raises `LibraryError` when it can't be opened, or another ClipDesk holds it."""

    def __init__(self, directories: Directories) -> None:
        self.directories = directories
        try:
            directories.make()
        except OSError as error:
            raise LibraryError(
                f"The library can't be made at {printable(directories.data)}: {error.strerror}.",
                hint="Choose another place with --library.",
            ) from error
        self._lock = hold(directories)
        try:
            self.catalog = Catalog(directories.catalog)
            try:
                with in_words(directories.catalog):
                    library_id = self.catalog.options.library_id
                with in_words(directories.thumbnails):
                    self.thumbnails = Thumbnails(directories.thumbnails, library_id)
            except BaseException:
                self.catalog.close()
                raise
        except BaseException:
            self._lock.release()
            raise

    def close(self) -> None:
        self.thumbnails.close()
        self.catalog.close()
        self._lock.release()
