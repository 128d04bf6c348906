"""The questions asked so far, to go back to."""

from clipdesk.core.types import Query


class History:
    """Like a browser's: what is visited after going back replaces what lay ahead."""

    def __init__(self) -> None:
        self._queries: list[Query] = [Query()]
        self._at = 0

    def visit(self, query: Query) -> None:
        """Remember a question; one that is merely the last typed further replaces it."""
        last = self._queries[self._at]
        if query == last:
            return
        same = (query.examples, query.tags) == (last.examples, last.tags)
        grown = last and query.text.startswith(last.text) and same
        keep = self._at if grown else self._at + 1
        self._queries[keep:] = [query]
        self._at = keep

    def back(self) -> Query | None:
        """The question before, or None at the first."""
        return self._go(self._at - 1)

    def forward(self) -> Query | None:
        """The question after, or None at the last."""
        return self._go(self._at + 1)

    def _go(self, at: int) -> Query | None:
        if not 0 <= at < len(self._queries):
            return None
        self._at = at
        return self._queries[at]
