"""Between the dialog of the labels and the engine."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from clipdesk.core.messages.events import RootsChanged, ThumbnailsReady
from clipdesk.core.messages.requests import WantThumbnails
from clipdesk.core.messages.words import (
    KeepLabelSet,
    LabelSetsChanged,
    LabelSuggested,
    PutTag,
    RemoveLabelSet,
    StopSuggesting,
    Suggest,
    Suggesting,
    SuggestingEnded,
)
from clipdesk.core.paths import printable
from clipdesk.core.types import Item, LabelSet, Root
from clipdesk.ui import words
from clipdesk.ui.grid.thumbnails import ThumbnailLoader
from clipdesk.ui.labels.dialog import LabelsDialog
from clipdesk.ui.sidebar.sidebar import Sidebar
from clipdesk.ui.wire import Wire


class LabelsCare(QObject):
    """Opens the dialog, asks for suggestions, and lets through what answers the newest wish."""

    def __init__(
        self,
        wire: Wire,
        sidebar: Sidebar,
        picked: Callable[[], list[Item]],
        action: QAction,
    ) -> None:
        """``picked`` gives the pictures that are selected; ``action`` opens the dialog."""
        super().__init__(sidebar)
        self._wire = wire
        self._sidebar = sidebar
        self._picked = picked
        self._ticket = 0
        self._roots: tuple[Root, ...] = ()
        self._sets: tuple[LabelSet, ...] = ()
        self._scopes: list[tuple[int, ...] | int | None] = []
        """Contents, a root, or all."""
        self.dialog: LabelsDialog | None = None
        action.triggered.connect(self.open)
        wire.roots_changed.connect(self._on_roots_changed)
        wire.label_sets_changed.connect(self._on_sets_changed)
        wire.suggesting.connect(self._on_progress)
        wire.label_suggested.connect(self._on_label)
        wire.suggesting_ended.connect(self._on_end)
        wire.thumbnails_ready.connect(self._on_thumbnails)

    @Slot()
    def open(self) -> None:
        """Show the dialog, with what can be looked at now."""
        if self.dialog is None:
            self.dialog = self._made()
        self.dialog.sets.show_sets(self._sets)
        names = self._choose_scopes()
        self.dialog.show_scopes(names, 0)
        self.dialog.show()
        self.dialog.raise_()

    def close_threads(self) -> None:
        """End what reads thumbnails."""
        if self.dialog is not None:
            self._loader.close()

    def _made(self) -> LabelsDialog:
        # Its pictures have another size than those of the grid, so they have their own shelf.
        self._loader = ThumbnailLoader(self._wire.read_thumbnail, self)
        self._loader.missing.connect(lambda ids: self._wire.send(WantThumbnails(ids)))
        dialog = LabelsDialog(self._loader, self._sidebar.window())
        send = self._wire.send
        dialog.sets.keep_requested.connect(lambda labels, old: send(KeepLabelSet(labels, old)))
        dialog.sets.remove_requested.connect(lambda name: send(RemoveLabelSet(name)))
        dialog.suggest_requested.connect(self._suggest)
        dialog.stop_requested.connect(self._stop)
        dialog.apply_requested.connect(lambda name, contents: send(PutTag(name, contents)))
        return dialog

    def _choose_scopes(self) -> tuple[str, ...]:
        """What can be looked at, the likeliest wish first."""
        items = self._picked()
        self._scopes, names = [], []
        if len(items) > 1:
            self._scopes.append(tuple(dict.fromkeys(item.content_id for item in items)))
            names.append(f"The {words.pictures(len(items))} that are selected")
        root = next((r for r in self._roots if r.id == self._sidebar.root_id), None)
        if root is not None:
            self._scopes.append(root.id)
            names.append(f"The folder {printable(root.path.name)}")
        self._scopes.append(None)
        names.append("All pictures")
        return tuple(names)

    def _suggest(self, labels: LabelSet, scope: int) -> None:
        self._ticket += 1
        chosen = self._scopes[scope]
        if isinstance(chosen, tuple):
            self._wire.send(Suggest(self._ticket, labels, content_ids=chosen))
        else:
            self._wire.send(Suggest(self._ticket, labels, root_id=chosen))

    def _stop(self) -> None:
        self._ticket += 1
        self._wire.send(StopSuggesting())

    @Slot(object)
    def _on_roots_changed(self, event: RootsChanged) -> None:
        self._roots = event.roots

    @Slot(object)
    def _on_sets_changed(self, event: LabelSetsChanged) -> None:
        self._sets = event.sets
        if self.dialog is not None:
            self.dialog.sets.show_sets(event.sets)

    @Slot(object)
    def _on_progress(self, event: Suggesting) -> None:
        if self.dialog is not None and event.ticket == self._ticket:
            self.dialog.show_progress(event)

    @Slot(object)
    def _on_label(self, event: LabelSuggested) -> None:
        if self.dialog is not None and event.ticket == self._ticket:
            self.dialog.show_label(event)

    @Slot(object)
    def _on_end(self, event: SuggestingEnded) -> None:
        if self.dialog is not None and event.ticket == self._ticket:
            self.dialog.show_end(event)

    @Slot(object)
    def _on_thumbnails(self, event: ThumbnailsReady) -> None:
        if self.dialog is not None:
            self._loader.ready(event.content_ids)
