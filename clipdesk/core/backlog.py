"""Pictures that are known but have no vector in a space yet: the new-file question again.

They come from a change of model, from a root that was offline during one, from a crash.
"""

from collections.abc import Callable

from clipdesk.core.catalog.assets import Known
from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.reconcile import Candidate
from clipdesk.core.search.space import SearchSpace

_AT_ONCE = 500


class Backlog:
    """Finds them some at a time, in the order of their ids."""

    def __init__(
        self,
        catalog: Catalog,
        online: Callable[[int], bool],
        then: Callable[[], None] = lambda: None,
    ) -> None:
        """``online`` tells whether the files of a root can be read now.

        ``then`` is told, too, whenever there may be some.
        """
        self._then = then
        self._catalog = catalog
        self._online = online
        self._after: int | None = 0

    def reopen(self) -> None:
        """Look from the start again: there may be some."""
        self._after = 0
        self._then()

    @property
    def exhausted(self) -> bool:
        return self._after is None

    def next(self, space: SearchSpace) -> list[Candidate] | None:
        """The next ones whose files can be read; None, and exhausted, when there are no more."""
        ids = self._catalog.embeddings.lacking(space.id, _AT_ONCE, self._after or 0)
        self._after = ids[-1] if ids else None
        if not ids:
            return None
        roots = {root.id: root.path for root in self._catalog.roots.all()}
        rows = filter(None, map(self._catalog.assets.get, ids))
        return [
            Candidate(row.root_id, row.name, roots[row.root_id] / row.name, row.stamp)
            for row in rows
            if self._online(row.root_id) and not self._is_problem(row)
        ]

    def _is_problem(self, row: Known) -> bool:
        """Whether it is known that this file, as it is, can't be had a vector of."""
        return self._catalog.problems.known(row.root_id, row.name).get(row.name) == row.stamp
