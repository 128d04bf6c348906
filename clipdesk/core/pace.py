"""Whether indexing goes on."""


class Pace:
    """Paused by the person, or because the library can't be written to."""

    def __init__(self) -> None:
        self.paused = False
        self._interrupted = False

    def pause(self) -> None:
        self.paused = True

    def interrupt(self) -> None:
        """Pause because of a fault: what was under way is lost."""
        self.paused = self._interrupted = True

    def resume(self) -> bool:
        """Go on; whether what was under way was lost, so that all must be looked through."""
        lost = self._interrupted
        self.paused = self._interrupted = False
        return lost
