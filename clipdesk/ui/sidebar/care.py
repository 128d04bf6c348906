"""What becomes of the watched folders: the person's wishes to the engine, its questions back."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QFileDialog

from clipdesk.core.messages.events import (
    RelocationOffered,
    RemovalAsked,
    RootsChanged,
    RulesTried,
)
from clipdesk.core.messages.requests import (
    AddRoot,
    ConfirmRemoval,
    Relocate,
    RemoveRoot,
    Rescan,
    SetRules,
    TryRules,
)
from clipdesk.core.paths import printable
from clipdesk.core.types import Root, RootState, Rules
from clipdesk.ui.notice.bar import Answer, NoticeBar
from clipdesk.ui.notice.removal import ask_removal
from clipdesk.ui.sidebar.rules import RulesDialog
from clipdesk.ui.sidebar.sidebar import Sidebar
from clipdesk.ui.wire import Wire


class FolderCare(QObject):
    """Between the sidebar, the engine, and the bar where questions are asked."""

    def __init__(
        self, wire: Wire, sidebar: Sidebar, notices: NoticeBar, ask_again: Callable[[], None]
    ) -> None:
        """``ask_again`` puts the standing question once more: the pictures look different now."""
        super().__init__(sidebar)
        self._send = wire.send
        self._sidebar = sidebar
        self._notices = notices
        self._ask_again = ask_again
        self._rules: RulesDialog | None = None
        self._ticket = 0
        self._known: dict[int, tuple[Path, bool]] = {}
        sidebar.remove_requested.connect(lambda root_id: self._send(RemoveRoot(root_id)))
        sidebar.rescan_requested.connect(lambda root_id: self._send(Rescan(root_id)))
        sidebar.rules_wanted.connect(self.open_rules)
        sidebar.locate_wanted.connect(self.locate)
        wire.roots_changed.connect(self._on_roots_changed)
        wire.removal_asked.connect(self._on_removal_asked)
        wire.relocation_offered.connect(self._on_relocation_offered)
        wire.rules_tried.connect(self._on_rules_tried)

    @Slot(object)
    def open_rules(self, root: Root) -> None:
        """Ask what to leave out of this folder."""
        dialog = RulesDialog(root, self._sidebar.window())
        dialog.tried.connect(lambda rules: self._try(root.id, rules))
        dialog.decided.connect(lambda rules: self._send(SetRules(root.id, rules)))
        dialog.finished.connect(self._on_rules_closed)
        self._rules = dialog
        dialog.open()

    @Slot(object)
    def locate(self, root: Root) -> None:
        """Ask where a folder is that is not there."""
        dialog = QFileDialog(self._sidebar.window(), f"Where is “{printable(root.path.name)}” now?")
        dialog.setObjectName("locateDialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda place: self._send(Relocate(root.id, Path(place))))
        dialog.open()

    def _try(self, root_id: int, rules: Rules) -> None:
        self._ticket += 1
        self._send(TryRules(self._ticket, root_id, rules))

    @Slot(object)
    def _on_rules_tried(self, answer: RulesTried) -> None:
        if self._rules is not None and answer.ticket == self._ticket:
            self._rules.show_trial(answer)

    @Slot()
    def _on_rules_closed(self) -> None:
        self._rules = None

    @Slot(object)
    def _on_roots_changed(self, event: RootsChanged) -> None:
        self._sidebar.show_roots(event.roots)
        now = {root.id: (root.path, root.state is RootState.OFFLINE) for root in event.roots}
        before, self._known = self._known, now
        if any(before.get(id_, here) != here for id_, here in now.items()):
            self._ask_again()  # they are dimmed, or not any more, or elsewhere

    @Slot(object)
    def _on_removal_asked(self, event: RemovalAsked) -> None:
        ask_removal(self._notices, event, lambda: self._send(ConfirmRemoval(event.root_id)))

    @Slot(object)
    def _on_relocation_offered(self, offer: RelocationOffered) -> None:
        self._notices.ask(
            f"{printable(offer.path)} holds the pictures of {offer.title}, which is not there at "
            "the moment. Is it the same folder, at another place?",
            (
                Answer(
                    "noticeAnother",
                    "Watch as another",
                    lambda: self._send(AddRoot(offer.path, anew=True)),
                ),
                Answer(
                    "noticeSame",
                    "It is the same",
                    lambda: self._send(Relocate(offer.root_id, offer.path)),
                ),
            ),
        )
