"""A keyring as the library `keyring` knows them, in a file: for tests, and only there."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend

FILE = "CLIPDESK_TEST_KEYRING"
"""The variable that names the file."""


class Ring(KeyringBackend):
    """Keeps what it is given where the test can look."""

    priority = 1  # type: ignore[assignment]  # a class property over there

    def get_password(self, service: str, username: str) -> str | None:
        return self.read().get(f"{service}:{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._write({**self.read(), f"{service}:{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        known = self.read()
        del known[f"{service}:{username}"]
        self._write(known)

    def read(self) -> dict[str, str]:
        file = Path(os.environ[FILE])
        return dict(json.loads(file.read_text("utf-8"))) if file.exists() else {}

    def _write(self, known: dict[str, str]) -> None:
        Path(os.environ[FILE]).write_text(json.dumps(known), "utf-8")
