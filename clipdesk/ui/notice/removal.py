"""The question that is asked before many pictures at once are forgotten."""

from collections.abc import Callable

from clipdesk.core.messages.events import (
    RemovalAsked,
)
from clipdesk.ui.notice.bar import Answer, NoticeBar


def ask_removal(bar: NoticeBar, asked: RemovalAsked, forget: Callable[[], object]) -> None:
    """Ask whether to forget what is gone, or take the question back once nothing is."""
    if not asked.gone:
        bar.withdraw()
        return
    gone = "All" if asked.gone == asked.total else f"{asked.gone:,} of"
    bar.ask(
        f"{gone} {asked.total:,} pictures of {asked.title} are not there any more. "
        "They are kept, in case a disk was missing.",
        (
            Answer("noticeForget", "Forget them", forget),
            Answer("noticeKeep", "Keep", lambda: None),
        ),
    )
