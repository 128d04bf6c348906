"""What the network's faults are called for people."""

import errno

from clipdesk.core.errors import ClipDeskError, DownloadFailed

AGAIN = "Try again later; what has arrived is kept."
TOKEN = "Set HF_TOKEN to an access token that may read it."


def plain(error: Exception, repository: str) -> Exception:
    """The fault in plain words, as `DownloadFailed`; the error itself if it is a bug of ours."""
    from huggingface_hub import errors

    cause = _root(error)
    words: tuple[str, str] | None = None
    if isinstance(cause, ClipDeskError):
        return cause
    if isinstance(cause, errors.OfflineModeIsEnabled):
        words = "Downloads are switched off on this computer.", "Unset HF_HUB_OFFLINE."
    elif isinstance(cause, errors.HfHubHTTPError):
        words = _refused(cause, repository)
    elif isinstance(cause, errors.HFValidationError):
        words = f"“{repository}” can't be the name of a model on the hub.", ""
    elif isinstance(cause, OSError) or is_transport(cause):
        words = _broken(cause)
    return error if words is None else DownloadFailed(words[0], hint=words[1])


def is_transport(error: BaseException) -> bool:
    """Whether the connection failed, and not the hub or the disk."""
    # The client's transport has changed its name once (httpx, httpx2) and its words never.
    return type(error).__module__.startswith(("httpx", "httpcore"))


def _refused(error: Exception, repository: str) -> tuple[str, str]:
    from huggingface_hub import errors

    if isinstance(error, errors.GatedRepoError):
        return (
            f"{repository} is given only to people who have accepted its terms.",
            "Accept them on the model's page, and set HF_TOKEN to your access token.",
        )
    if isinstance(error, errors.RepositoryNotFoundError):
        return f"There is no model {repository} on the hub, or it is private.", TOKEN
    status = error.response.status_code if isinstance(error, errors.HfHubHTTPError) else 0
    if status in (401, 403):
        return f"The hub refuses to give out {repository}.", TOKEN
    if status == 404:
        return f"{repository} is not on the hub, or lacks a file that is needed.", ""
    return f"The model hub has trouble at the moment ({status}).", AGAIN


def _broken(error: BaseException) -> tuple[str, str]:
    kind = type(error).__name__
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full.", "Make room; what has arrived is kept."
    if isinstance(error, PermissionError):
        return "The folder for models can't be written to.", "Check its permissions."
    if "Protocol" in kind or "Read" in kind:
        return "The connection broke off.", AGAIN
    return (
        "The model hub can't be reached.",
        "Check the connection and the proxy settings, or bring the weights from another computer.",
    )


def _root(error: BaseException) -> BaseException:
    """Where it began: the client wraps a connection's fault in one about its cache."""
    from huggingface_hub.errors import LocalEntryNotFoundError

    while isinstance(error, LocalEntryNotFoundError) and error.__cause__ is not None:
        error = error.__cause__
    return error
