"""The pictures in the order they are shown, as Qt wants to be told of them."""

from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from clipdesk.core.paths import natural, printable
from clipdesk.core.types import Item, clock
from clipdesk.ui import words
from clipdesk.ui.grid.drag import PictureMime, is_unicode

PATH_ROLE = int(Qt.ItemDataRole.UserRole)
"""The absolute path, a str; where a QString can't hold it (bytes that are not UTF-8), a Path."""
SCORE_ROLE = PATH_ROLE + 1
"""Cosine similarity to the query, or None while browsing."""
ITEM_ROLE = PATH_ROLE + 2
"""The `Item` itself."""

AnyIndex = QModelIndex | QPersistentModelIndex

_MOST_TAGS = 50_000
"""Contents whose tags are kept; they are asked for again when they are seen again."""


class GridModel(QAbstractListModel):
    """Holds `Item`s: all of a folder in browsing order, or the answer to a search, best first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[Item] = []
        self._trusted: int | None = None
        # asset_id → row; the ids are exact, a row may be out of date and is checked when used.
        self._rows: dict[int, int] | None = None

        self.noted = 0
        """So many of the first pictures are there for another reason than how they look."""
        self.tags: dict[int, tuple[str, ...]] = {}
        """The tags of contents, as far as they have been told."""

    def tell_tags(self, tags: Mapping[int, tuple[str, ...]]) -> None:
        """These contents have these tags."""
        if len(self.tags) > _MOST_TAGS:
            self.tags.clear()
        self.tags.update(tags)

    @property
    def trusted(self) -> int | None:
        """How many of the first pictures stand out; None while browsing."""
        return self._trusted

    @property
    def items(self) -> Sequence[Item]:
        """All pictures in order; not to be changed, not to be kept."""
        return self._items

    def item(self, row: int) -> Item:
        """The picture at this row."""
        return self._items[row]

    def row_of(self, asset_id: int) -> int | None:
        """Where a picture is, or None if it is not here."""
        rows = self._known()
        row = rows.get(asset_id)
        if row is None:
            return None
        if row >= len(self._items) or self._items[row].asset_id != asset_id:
            self._rows = None
            row = self._known()[asset_id]
        return row

    # ── changes ──────────────────────────────────────────────────────────────────────────

    def show(self, items: Iterable[Item], trusted: int | None = None) -> None:
        """Replace everything: a listing in `natural` order, or results with ``trusted`` given."""
        self.beginResetModel()
        self._items = list(items)
        self._trusted = trusted
        self.noted = sum(bool(item.why) for item in self._items)
        self._rows = None
        self.endResetModel()

    def extend(self, items: Iterable[Item]) -> None:
        """Put the next page of a listing after what is here; pictures known by now stay."""
        fresh = [item for item in items if item.asset_id not in self._known()]
        if fresh and self._items and _browsing(self._items[-1]) > _browsing(fresh[0]):
            self.add(fresh)  # some have been added meanwhile that come after the page
        elif fresh:
            row = len(self._items)
            self.beginInsertRows(QModelIndex(), row, row + len(fresh) - 1)
            self._items += fresh
            self._known().update((item.asset_id, row + n) for n, item in enumerate(fresh))
            self.endInsertRows()

    def add(self, items: Iterable[Item]) -> None:
        """Put new pictures where they belong in browsing order; known ones are changed instead.

        Results of a search stay as they are: what is new has no rank among them yet.
        """
        unique = {item.asset_id: item for item in items}
        self.change([item for item in unique.values() if item.asset_id in self._known()])
        if self._trusted is not None:
            return
        fresh = [item for item in unique.values() if item.asset_id not in self._known()]
        fresh.sort(key=_browsing)
        places: dict[int, list[Item]] = {}
        for item in fresh:
            places.setdefault(bisect(self._items, _browsing(item), key=_browsing), []).append(item)
        # From the last place to the first, so that those still to come stay right.
        for row, run in reversed(places.items()):
            self.beginInsertRows(QModelIndex(), row, row + len(run) - 1)
            self._items[row:row] = run
            self._known().update((item.asset_id, row + offset) for offset, item in enumerate(run))
            self.endInsertRows()

    def remove(self, asset_ids: Iterable[int]) -> None:
        """Take pictures away; ids that are not here are passed over."""
        found = {row for asset_id in asset_ids if (row := self.row_of(asset_id)) is not None}
        for first, last in reversed(list(runs(sorted(found)))):
            self.beginRemoveRows(QModelIndex(), first, last)
            for item in self._items[first : last + 1]:
                del self._known()[item.asset_id]
            del self._items[first : last + 1]
            if self._trusted is not None:
                self._trusted -= max(0, min(last + 1, self._trusted) - first)
            self.endRemoveRows()

    def change(self, items: Iterable[Item]) -> None:
        """Renew pictures that are here; while browsing, a new path may mean a new place.

        Results keep their rank and their score.
        """
        touched = []
        for item in items:
            row = self.row_of(item.asset_id)
            if row is None:
                continue
            old = self._items[row]
            if self._trusted is None and item.path != old.path:
                row = self._move(row, item.path)
            self._items[row] = _renewed(old, item)
            touched.append(item.asset_id)
        rows = {row for asset_id in touched if (row := self.row_of(asset_id)) is not None}
        for first, last in runs(sorted(rows)):
            self.dataChanged.emit(self.index(first), self.index(last))

    def _move(self, row: int, path: str) -> int:
        """Move the picture at ``row`` to where ``path`` belongs; its new row."""
        key = natural(path)
        before = bisect(self._items, key, hi=row, key=_browsing)
        after = bisect(self._items, key, lo=row + 1, key=_browsing)
        target = before if before < row else after
        if target in (row, row + 1):
            return row
        self.beginMoveRows(QModelIndex(), row, row, QModelIndex(), target)
        item = self._items.pop(row)
        row = target if target < row else target - 1
        self._items.insert(row, item)
        self._known()[item.asset_id] = row
        self.endMoveRows()
        return row

    def _known(self) -> dict[int, int]:
        if self._rows is None:
            self._rows = {item.asset_id: row for row, item in enumerate(self._items)}
        return self._rows

    # ── what Qt asks ─────────────────────────────────────────────────────────────────────

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._items):
            return None
        row = index.row()
        answer = _ANSWERS.get(role)
        return None if answer is None else answer(self, row)

    def _name(self, row: int) -> str:
        return file_name(self._items[row])

    def _path(self, row: int) -> str | Path:
        path = self._items[row].path
        return path if is_unicode(path) else Path(path)

    def _score(self, row: int) -> float | None:
        return self._items[row].score

    def _where(self, row: int) -> str:
        return printable(self._items[row].path)

    def _tip(self, row: int) -> str:
        return words.tip("\n".join((self._where(row), *self._facts(row))))

    def _spoken(self, row: int) -> str:
        return ", ".join((self._name(row), *self._facts(row)))

    def _facts(self, row: int) -> Iterator[str]:
        item = self._items[row]
        if item.why:
            yield item.why[:1].lower() + item.why[1:]
        if item.score is not None:
            yield f"rank {row + 1}"
            yield f"score {item.score:.2f}"
        if self._trusted is not None and row >= self._trusted:
            yield "guesswork"
        if item.duration_ms is not None:
            yield "video" if item.at_ms is None else f"video at {clock(item.at_ms)}"
            yield f"{clock(item.duration_ms)} long"
        if item.width and item.height:
            yield f"{item.width} × {item.height}"
        if item.offline:
            yield "offline"
        if tags := self.tags.get(item.content_id):
            yield f"tagged {', '.join(tags)}"

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        return PictureMime([self._items[row] for row in sorted(i.row() for i in indexes)])


def file_name(item: Item) -> str:
    """The file's name, fit to be shown."""
    return printable(Path(item.path).name)


def _renewed(old: Item, new: Item) -> Item:
    """As it is now, with the score and the moment that it is shown for."""
    if new.score is None:
        new = replace(new, score=old.score)
    if new.at_ms is None and new.content_id == old.content_id:
        new = replace(new, at_ms=old.at_ms, frame_id=old.frame_id, colour=old.colour)
    return new


def _browsing(item: Item) -> tuple[str, str]:
    return natural(item.path)


def runs(rows: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Rising rows as first and last of each stretch without a gap."""
    first = last = -1
    for row in rows:
        if row != last + 1 or first < 0:
            if first >= 0:
                yield first, last
            first = row
        last = row
    if first >= 0:
        yield first, last


_ANSWERS: dict[int, Callable[[GridModel, int], Any]] = {
    PATH_ROLE: GridModel._path,
    SCORE_ROLE: GridModel._score,
    ITEM_ROLE: GridModel.item,
    int(Qt.ItemDataRole.DisplayRole): GridModel._name,
    int(Qt.ItemDataRole.ToolTipRole): GridModel._tip,
    int(Qt.ItemDataRole.AccessibleTextRole): GridModel._spoken,
    int(Qt.ItemDataRole.AccessibleDescriptionRole): GridModel._where,
}
