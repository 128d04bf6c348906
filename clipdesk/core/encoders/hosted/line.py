"""A line to a service: patient with one that is busy, plain about one that refuses.

Errors carry no trace of the request, since its headers hold the key.
"""

import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from clipdesk.core.encoders.hosted.service import Ask, Service
from clipdesk.core.errors import RequestRefused, ServiceAway, ServiceFailed
from clipdesk.core.paths import printable
from clipdesk.core.types import Secret

if TYPE_CHECKING:
    import httpx2

TIMEOUT_S = 30.0
"""How long a connection may be silent."""
TRIES = 5
LONGEST_S = 60.0
"""The longest pause that a service may ask for; one that wants more is told of instead."""
MAX_BYTES = 64 << 20
"""Of an answer."""

_REFUSED = {400, 413, 415, 422}
"""This request; another may be taken."""
_BUSY = {408, 425, 429, 500, 502, 503, 504}
_MONEY = ("quota", "balance", "billing", "payment", "credit", "call volume")

Wait = Callable[[float], object]
"""Lets so many seconds pass; true if that was cut short, since nobody wants the answer any more."""


class Line:
    """One conversation with a service; a context manager.

    Several threads may ask at once: what one of them is told to wait, all do.
    """

    def __init__(self, service: Service, key: Secret, *, wait: Wait = time.sleep) -> None:
        self._service = service
        self._key = key
        self._wait = wait
        self._company = service.facts.company
        self._client: httpx2.Client | None = None
        self._token_lock = threading.Lock()
        self._free_at = 0.0
        """Until then (monotonic) nothing is asked."""

    def __enter__(self) -> "Line":
        import httpx2

        # No redirects: a key goes to the host that the person knows of, and to no other.
        self._client = httpx2.Client(timeout=TIMEOUT_S, follow_redirects=False)
        return self

    def __exit__(self, *_: object) -> None:
        if self._client:
            self._client.close()

    def ask(self, question: Ask) -> Any:
        """The answer, parsed; raises `ServiceFailed`, after some tries if the service is busy."""
        fault: ServiceFailed = ServiceAway("")
        waited_for = 0.0
        for number in range(TRIES):
            rest = self._free_at - time.monotonic()
            if self._free_at > waited_for and rest > 0 and self._wait(rest):
                break
            try:
                status, after, body = self._once(question)
            except _Unreachable as silence:
                after, fault = None, self._silent(str(silence))
            else:
                if status == 200:
                    return self._parsed(body)
                fault = self._refusal(status, body)
                if status not in _BUSY:
                    raise fault
            if number == TRIES - 1 or (after or 0) > LONGEST_S:
                break
            # Jitter, so that many who were sent away do not all come back at once.
            pause = after if after is not None else random.uniform(0.5, 1) * 2**number
            if after is not None:  # it says so to all of us
                self._free_at = max(self._free_at, time.monotonic() + pause)
            waited_for = self._free_at
            if self._wait(pause):
                break
        raise fault

    def refresh(self, credentials: Any) -> None:
        """Have Google's credentials renewed over this line."""
        from google.auth.exceptions import GoogleAuthError

        try:
            credentials.refresh(self._token)
        except GoogleAuthError as error:
            busy = error.retryable
        except (ValueError, TypeError, KeyError, AttributeError):
            busy = True  # the library takes the token's form on trust
        else:
            return
        # Outside, so that nothing of the request is kept with the error.
        if busy:
            raise _Unreachable("Timeout")
        raise ServiceFailed(
            f"{self._company} refuses the key.", hint="Enter another one, or make it valid."
        )

    def _token(
        self, url: str, method: str = "GET", body: Any = None, headers: Any = None, **_: object
    ) -> "_TokenAnswer":
        """Google's transport (`google.auth.transport.Request`), over this line."""
        assert self._client is not None
        answer = self._client.request(method, url, content=body, headers=headers)
        return _TokenAnswer(answer.status_code, dict(answer.headers), answer.content)

    def _once(self, question: Ask) -> tuple[int, float | None, bytes]:
        """Status, the pause that is asked for in seconds, and the body."""
        assert self._client is not None
        try:
            with self._token_lock:  # it may have to be renewed, once for all
                headers = self._service.headers(self)
            if question.content is not None:
                headers["Content-Type"] = "application/octet-stream"
            with self._client.stream(
                "POST",
                self._service.address + question.path,
                params=dict(question.params),
                headers=headers,
                content=question.content,
                json=question.json,
            ) as answer:
                pause = _pause(answer.headers.get("Retry-After"))
                return answer.status_code, pause, self._body(answer)
        except Exception as error:
            if not _is_transport(error):
                raise
            name = type(error).__name__
        # Outside, so that nothing of the request is kept with the error.
        raise _Unreachable(name)

    def _body(self, answer: "httpx2.Response") -> bytes:
        body = bytearray()
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > MAX_BYTES:
                raise self._nonsense("an endless answer")
        return bytes(body)

    def _parsed(self, body: bytes) -> Any:
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            pass
        raise self._nonsense("no JSON")

    def _nonsense(self, what: str) -> ServiceFailed:
        return ServiceFailed(
            f"{self._company} gave {what}, where vectors were asked for.",
            hint="Check the address; if it is right, try again later.",
        )

    def _silent(self, name: str) -> ServiceAway:
        if "Timeout" in name:
            return ServiceAway(f"{self._company} does not answer in time.", hint=_AGAIN)
        if "Connect" in name or "Proxy" in name:
            words = f"{self._company} can't be reached."
            return ServiceAway(words, hint=f"Check the connection and the proxy. {_AGAIN}")
        return ServiceAway(f"The connection to {self._company} broke off.", hint=_AGAIN)

    def _refusal(self, status: int, body: bytes) -> ServiceFailed:
        said = self._said(body)
        quoted = f" It says: “{said}”" if said else ""
        money = any(word in said.lower() for word in _MONEY)
        if status == 402 or (status == 403 and money):
            words, hint = "has no quota left for this key, or wants to be paid", _ACCOUNT
        elif status in (401, 403):
            words, hint = "refuses the key", "Enter another one, or make it valid."
        elif status == 429:
            words, hint = "asks to slow down, or the quota is used up", f"{_ACCOUNT} {_AGAIN}"
        elif status in _BUSY:
            words, hint = f"has trouble at the moment ({status})", _AGAIN
        elif 300 <= status < 400:
            words, hint = "is no longer at this address", "Check the address."
        else:
            words, hint = f"does not take the request ({status})", "Choose another model."
        kind = ServiceFailed
        if status in _BUSY:
            kind = ServiceAway
        elif status in _REFUSED and not money:
            kind = RequestRefused
        return kind(f"{self._company} {words}.{quoted}", hint=hint)

    def _said(self, body: bytes) -> str:
        """The service's own words, one bounded line without the key."""
        try:
            found: Any = json.loads(body)
        except (ValueError, RecursionError):
            return ""
        for name in ("error", "message", "detail"):
            if isinstance(found, dict) and name in found:
                found = found[name]
        if not isinstance(found, str):
            return ""
        line = printable(" ".join(found.replace(self._key.reveal(), "•••").split()))
        return line if len(line) <= 200 else line[:199] + "…"


_AGAIN = "What has been encoded is kept; try again later."
_ACCOUNT = "Look into your account there."


@dataclass(frozen=True, slots=True)
class _TokenAnswer:
    """What Google's library reads of an answer (`google.auth.transport.Response`)."""

    status: int
    headers: dict[str, str]
    data: bytes


class _Unreachable(Exception):
    """The connection failed; the name of the fault."""


def _is_transport(error: Exception) -> bool:
    return type(error).__module__.startswith(("httpx2", "httpcore2")) or isinstance(error, OSError)


def _pause(retry_after: str | None) -> float | None:
    """Seconds of a Retry-After, which has two forms."""
    if retry_after is None:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
