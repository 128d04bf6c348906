"""A watched folder while the program runs: there or not, how it is followed, what is doubted."""

from dataclasses import dataclass, field

from clipdesk.core.catalog.roots import RootRow
from clipdesk.core.folders import Mode
from clipdesk.core.paths import printable
from clipdesk.core.reconcile import Findings, Reconcile, is_mass
from clipdesk.core.types import RootState

_POLL_S = 60.0
"""How often a root that sends no events is looked through."""
_RECONCILE_S = 1_800.0
"""How often every root is: events may be lost without anybody noticing."""


@dataclass(slots=True)
class Doubts:
    """Files of one root that are gone, so many at once that the person is to be asked."""

    kept: frozenset[int] = frozenset()
    """Assets that stay until the person agrees."""
    agreed: frozenset[int] = frozenset()
    """Those of them that may go."""
    asked: frozenset[int] = frozenset()
    """Those that the person has been asked about."""

    def agree(self) -> None:
        """What was asked about may go, if it is still not there."""
        self.agreed, self.kept = self.kept, frozenset()

    def learn(self, job: Reconcile, findings: Findings) -> None:
        if job.whole and job.concluded:  # what has come back is doubted no more
            self.kept &= findings.absent
            self.agreed = frozenset()
        self.kept |= set(findings.doubted)

    def settled(self, here: frozenset[int]) -> bool:
        """Whether most have turned up elsewhere: the rest is to be judged like anything else."""
        left = self.kept & here
        if left and left != self.kept and not is_mass(len(left), len(here)):
            self.kept = frozenset()
            return True
        self.kept = left
        return False


@dataclass(slots=True)
class Watched:
    """What is known of a root beyond what the catalogue keeps."""

    row: RootRow
    wanted: bool
    """It is to be looked through as soon as it is there."""
    online: bool | None = None
    """None until the probe has seen whether it is there."""
    mode: Mode = Mode.NONE
    note: str = ""
    looked_at: float = 0.0
    numbered: bool = True
    """Whether the files of its disk keep their numbers."""
    renumbered: bool = False
    """Until all of it has been looked at, its files may have other numbers than before."""
    doubts: Doubts = field(default_factory=Doubts)

    @property
    def title(self) -> str:
        """Its name for people."""
        return printable(self.row.path.name or self.row.path)

    @property
    def period(self) -> float:
        """Seconds between two looks at all of it."""
        return _RECONCILE_S if self.mode is Mode.EVENTS else _POLL_S

    def state(self, *, scanning: bool) -> RootState:
        """How it is kept in step, for the window."""
        if self.online is False:
            return RootState.OFFLINE
        if scanning or self.online is None:
            return RootState.SCANNING
        return RootState.WATCHED if self.mode is Mode.EVENTS else RootState.POLLED
