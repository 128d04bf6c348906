"""What the window remembers from one start to the next; each thing declared once."""

from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from PySide6.QtCore import QByteArray, QSettings

from clipdesk.core.types import Example, Query
from clipdesk.ui.theme.theme import Choice
from clipdesk.ui.theme.tokens import THUMBNAIL_DEFAULT

T = TypeVar("T")
VERSION = 1


class _Kept(Generic[T]):
    """One remembered value; what can't be read is as if it had never been written."""

    def __init__(self, key: str, default: T) -> None:
        self.key, self.default = key, default

    def __get__(self, memory: "Memory", owner: type["Memory"]) -> T:
        value: Any = memory.settings.value(self.key)
        try:
            return self._read(value)
        except (TypeError, ValueError):
            return self.default

    def __set__(self, memory: "Memory", value: T) -> None:
        memory.settings.setValue(self.key, value)

    def _read(self, value: Any) -> T:
        kind = type(self.default)
        if value is None or isinstance(value, kind):
            return self.default if value is None else value
        # An INI file holds words.
        read: Any = str(value).lower() == "true" if kind is bool else kind(value)  # type: ignore[call-arg]  # str, int
        return cast(T, read)


class Memory:
    """A view on `QSettings`; reading and writing an attribute reads and writes the file."""

    geometry = _Kept("window/geometry", QByteArray())
    floors = _Kept("window/floors", QByteArray())
    panes = _Kept("window/sides", QByteArray())
    sidebar = _Kept("window/sidebar", default=True)
    inspector = _Kept("window/inspector", default=False)
    theme = _Kept("window/theme", default=str(Choice.SYSTEM))
    thumbnail = _Kept("grid/thumbnail", THUMBNAIL_DEFAULT)
    scores = _Kept("grid/scores", default=False)
    names = _Kept("grid/names", default=False)
    map = _Kept("grid/map", default=False)
    """The map is looked at instead of the grid."""
    root_id = _Kept("place/root", 0)
    """0: all pictures."""
    text = _Kept("query/text", default="")
    examples = _Kept("query/examples", default="")
    """Paths, one a line; names with line ends in them and pictures without a file are let go."""

    tags = _Kept("query/tags", default="")
    """One a line: no tag has a line's end in it."""

    def __init__(self, settings: QSettings) -> None:
        self.settings = settings
        settings.setValue("version", VERSION)

    @property
    def choice(self) -> Choice:
        """Light, dark or as the system has it."""
        try:
            return Choice(self.theme)
        except ValueError:
            return Choice.SYSTEM

    @property
    def query(self) -> Query:
        """What was last asked; whether its pictures are still there the answer will tell."""
        paths = [Path(line) for line in self.examples.splitlines()]
        examples = tuple(Example(path.name, path=path) for path in paths)
        return Query(self.text, examples, tuple(self.tags.splitlines()))

    @query.setter
    def query(self, query: Query) -> None:
        self.text = query.text
        self.tags = "\n".join(query.tags)
        paths = [str(example.path) for example in query.examples if example.path]
        self.examples = "\n".join(path for path in paths if path.isprintable())
