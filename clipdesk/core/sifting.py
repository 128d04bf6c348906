"""What the person leaves out of a root, applied to what is known of it, or only tried out.

The catalogue is asked, not the disk: that is quick, and goes for a disk that is not there too. The
next look at the folder puts right what only the disk can tell.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.folders import Sieve
from clipdesk.core.messages.events import (
    RulesTried,
)
from clipdesk.core.messages.requests import (
    TryRules,
)
from clipdesk.core.reporter import Reporter
from clipdesk.core.types import Rules


@dataclass(frozen=True, slots=True)
class Sifted:
    """What rules make of some of a root's pictures."""

    seen: int
    omitted: int
    leave: list[int]
    """Assets to be left out now that were not before."""
    back: list[int]
    """Assets that were left out and are so no more."""


def sift(catalog: Catalog, root_id: int, rules: Rules) -> Iterator[Sifted]:
    """All pictures of a root, some thousands at a time; nothing is changed."""
    sieve = Sieve(rules)
    for page in catalog.assets.pages(root_id):
        known = [row for row in page.values() if row.left_out or not row.missing]
        omitted = [row for row in known if sieve.omits(row.name, row.stamp.size)]
        passed = {row.asset_id for row in known} - {row.asset_id for row in omitted}
        leave = [row.asset_id for row in omitted if not row.left_out]
        back = [row.asset_id for row in known if row.left_out and row.asset_id in passed]
        yield Sifted(len(known), len(omitted), leave, back)


class Sifting:
    """The rules that are being applied, and the newest that are being tried."""

    def __init__(self, catalog: Catalog, reporter: Reporter, then: Callable[[int], None]) -> None:
        """``then`` is told of each root to which rules have been applied."""
        self._catalog = catalog
        self._reporter = reporter
        self._then = then
        self._trial: Iterator[None] | None = None
        self._applied: dict[int, Iterator[None]] = {}

    def apply(self, root_id: int, rules: Rules) -> None:
        """Begin to put away what these leave out, and to take back what they do not."""
        self._applied[root_id] = self._apply(root_id, rules)

    def try_out(self, request: TryRules) -> None:
        """Begin to count, instead of what was being counted."""
        self._trial = self._count(request)

    @property
    def busy(self) -> bool:
        return bool(self._trial or self._applied)

    def step(self) -> bool:
        """A page of it; whether there was one."""
        if self._trial is not None:
            if next(self._trial, self) is self:
                self._trial = None
            return True
        for root_id, pages in self._applied.items():
            if next(pages, self) is self:
                del self._applied[root_id]
                self._then(root_id)
            return True
        return False

    def _apply(self, root_id: int, rules: Rules) -> Iterator[None]:
        assets = self._catalog.assets
        for part in sift(self._catalog, root_id, rules):
            with self._catalog.transaction():
                assets.leave_out(part.leave)
                assets.take_back(part.back)
            self._reporter.sifted(part.leave, part.back)
            yield

    def _count(self, request: TryRules) -> Iterator[None]:
        left_out = total = 0
        for part in sift(self._catalog, request.root_id, request.rules):
            left_out += part.omitted
            total += part.seen
            yield
        self._reporter.emit(RulesTried(request.ticket, request.root_id, left_out, total))
