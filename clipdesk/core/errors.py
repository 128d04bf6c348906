"""What can go wrong, in the words that the person will read.

    ClipDeskError                 the world's fault: shown, and the program goes on
    ├── PictureError              one file costs one file
    │   ├── UnreadablePicture     not a picture, cut short, damaged, of an unknown kind
    │   │   └── PictureGone       the file went away before it could be read
    │   ├── PictureTooLarge       more pixels, frames or bytes than the limits allow
    │   └── DecoderLost           the decoder crashed, hung or ran out of memory on this file
    ├── FolderError               a folder that is absent, unreadable or already watched
    ├── ModelError                an encoder that can't be had
    │   ├── UnknownModel          no such name
    │   ├── ModelNotHere          known, but its weights are not on this computer
    │   ├── WeightsBroken         the file is damaged or belongs to another architecture
    │   ├── ModelDoubted          it works, but does not match captions to pictures
    │   ├── DownloadFailed        unreachable, refused, interrupted, out of space
    │   ├── PluginFaulty          a plug-in that can't be loaded, or answers with nonsense
    │   └── ServiceFailed         a hosted encoder that refuses
    │       ├── ServiceAway       … or can't be reached, or is busy: that passes by itself
    │       ├── RequestRefused    … or does not take this request
    │       └── PicturesRefused   … or does not take some pictures
    ├── ChildError                a process beside that can't be started
    ├── MapError                  the pictures can't be laid out on a map
    ├── QueryError                a question that can't be answered as it stands
    └── LibraryError              the catalogue can't be opened, or another ClipDesk holds it

Anything else that is raised is a bug of ours: it is logged with its trace and reported once.
"""

from typing import Any


class ClipDeskError(Exception):
    """A fault of the world; ``str(error)`` is one plain sentence, fit to be shown."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        """What the person can do, one sentence, or empty."""

    def __reduce__(self) -> tuple[object, ...]:
        # Errors travel between processes; the keyword would be lost by Exception's own pickling.
        return (_rebuild, (type(self), str(self), self.hint))


def _rebuild(kind: type[ClipDeskError], message: str, hint: str) -> ClipDeskError:
    return kind(message, hint=hint)


class PictureError(ClipDeskError):
    """A picture that can't be shown or encoded."""

    passes = False
    """Whether the file may be read another time, though it has not changed."""


class UnreadablePicture(PictureError):
    """The file is not a picture, ends too early, is damaged, or is of an unknown kind."""


class PictureGone(UnreadablePicture):
    """The file was there when its folder was listed, and is no longer, or in the cloud only."""


class PictureWithheld(UnreadablePicture):
    """The system did not let us read the file; at the next look at its folder it may."""

    passes = True


class PictureTooLarge(PictureError):
    """The file asks for more pixels, frames or bytes than the limits allow."""


class DecoderLost(PictureError):
    """The process that decoded this file crashed, hung or outgrew its memory."""


class FolderError(ClipDeskError):
    """A folder that is absent, unreadable, or already watched."""


class ModelError(ClipDeskError):
    """An encoder that can't be had."""


class UnknownModel(ModelError):
    """No model goes by this name."""


class ModelNotHere(ModelError):
    """The model is known, but its weights are not on this computer."""


class WeightsBroken(ModelError):
    """The weights are damaged, or belong to another architecture."""


class ModelDoubted(ModelError):
    """The model works, but does not match captions to pictures: a person must want it so."""


class DownloadFailed(ModelError):
    """The weights could not be fetched: unreachable, refused, interrupted, out of space."""


class PluginFaulty(ModelError):
    """An encoder plug-in that can't be loaded, or that answers with nonsense."""


class ServiceFailed(ModelError):
    """A hosted encoder refuses the key, has no quota left, or can't be reached."""


class ServiceAway(ServiceFailed):
    """A hosted encoder can't be reached, or is busy: that passes by itself."""


class RequestRefused(ServiceFailed):
    """A hosted encoder does not take a request as it is."""


class PicturesRefused(ServiceFailed):
    """A hosted encoder does not take some of the pictures it was asked about."""

    def __init__(self, reasons: dict[int, str], vectors: Any) -> None:
        super().__init__(next(iter(reasons.values())))
        self.reasons = reasons
        """By the places of those pictures among all that were asked about."""
        self.vectors = vectors
        """Of all (n, dimensions); the rows of those pictures say nothing."""


class ChildError(ClipDeskError):
    """A process beside this one can't be started."""


class MapError(ClipDeskError):
    """The pictures can't be laid out on a map."""


class QueryError(ClipDeskError):
    """A question that can't be answered as it stands."""


class LibraryError(ClipDeskError):
    """The catalogue can't be opened, or another ClipDesk holds it."""
