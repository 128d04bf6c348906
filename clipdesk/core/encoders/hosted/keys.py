"""Keys in the system's keyring, and nowhere else."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from clipdesk.core.errors import ServiceFailed
from clipdesk.core.types import Secret

PLACE = "ClipDesk"
PART = 1000
"""Characters of one entry: Windows takes 1280, and a Google key is longer."""

T = TypeVar("T")


def get(name: str) -> Secret | None:
    """The key that is kept as ``name``. Raises `ServiceFailed` if the keyring can't be asked."""
    import keyring

    parts: list[str] = []
    while part := _asked(partial(keyring.get_password, PLACE, _entry(name, len(parts)))):
        parts.append(part)
    return Secret("".join(parts)) if parts else None


def put(name: str, key: Secret) -> None:
    """Keep the key as ``name``, in place of the one before. Raises `ServiceFailed`."""
    import keyring

    backend = _asked(keyring.get_keyring)
    if type(backend).__module__.startswith("keyrings.alt"):
        raise ServiceFailed(
            "The keyring of this computer is a plain file, and keys are not kept in files.",
            hint="Install a real one (GNOME Keyring, KWallet, KeePassXC).",
        )
    value = key.reveal()
    remove(name)
    for number, start in enumerate(range(0, len(value), PART)):
        part = value[start : start + PART]
        _asked(partial(keyring.set_password, PLACE, _entry(name, number), part))


def remove(name: str) -> None:
    """Forget the key that is kept as ``name``, if there is one. Raises `ServiceFailed`."""
    import keyring

    number = 0
    while _asked(partial(keyring.get_password, PLACE, _entry(name, number))):
        _asked(partial(keyring.delete_password, PLACE, _entry(name, number)))
        number += 1


def _entry(name: str, number: int) -> str:
    return f"{name}/{number + 1}" if number else name


def _asked(do: Callable[[], T]) -> T:
    """What the keyring does; its fault in plain words."""
    try:
        return do()
    except Exception as error:  # each system's keyring has errors of its own
        reason = " ".join(str(error).split())[:200] or type(error).__name__
    # Outside, so that nothing of what was going on, a key perhaps, is kept with the error.
    raise ServiceFailed(
        f"The keyring of this computer can't be used: {reason}",
        hint="Unlock it, or install one (on Linux GNOME Keyring, KWallet or KeePassXC).",
    )
