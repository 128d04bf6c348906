"""The moments of one video, side by side: for the strip under its preview."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.catalog.catalog import Catalog
from clipdesk.core.messages.events import Event
from clipdesk.core.messages.videos import AskMoments, MomentsTold
from clipdesk.core.search.space import SearchSpace
from clipdesk.core.types import Moment

Asked = tuple[SearchSpace, NDArray[np.float32]]


class Strips:
    """Answers at once: a video has some dozens of moments at most."""

    def __init__(
        self, catalog: Catalog, emit: Callable[[Event], None], asked: Callable[[], Asked | None]
    ) -> None:
        """``asked`` is the question that was answered last, and where."""
        self._catalog = catalog
        self._emit = emit
        self._asked = asked
        self.handlers: dict[type, Callable[..., None]] = {AskMoments: self._tell}

    def _tell(self, request: AskMoments) -> None:
        shots = self._catalog.videos.shots(request.content_id)
        scores: dict[int, float] = {}
        asked = self._asked()
        if request.scored and asked:
            space, vector = asked
            scores = space.cosines(vector, [shot.content_id for shot in shots])
        moments = tuple(
            Moment(shot.content_id, shot.at_ms, shot.colour, scores.get(shot.content_id))
            for shot in shots
        )
        self._emit(MomentsTold(request.content_id, moments))
