"""What is asked and told of the moments of videos."""

from dataclasses import dataclass

from clipdesk.core.types import Moment


@dataclass(frozen=True, slots=True)
class AskMoments:
    """Which moments of a video are known; answered by `MomentsTold`, the newest one only."""

    content_id: int
    scored: bool = False
    """How well each fits the question that was answered last, too."""


@dataclass(frozen=True, slots=True)
class WantFrames:
    """Make thumbnails of moments that are missing; a newer request replaces an older one."""

    frame_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MomentsTold:
    """The moments of a video in their order; none of what is no video."""

    content_id: int
    moments: tuple[Moment, ...]


VideoRequest = AskMoments | WantFrames
VideoEvent = MomentsTold
