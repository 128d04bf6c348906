"""Watched folders in the catalogue."""

import json
import re
import sqlite3
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from clipdesk.core.catalog.names import from_blob, to_blob
from clipdesk.core.types import USUAL, Identity, Rules


@dataclass(frozen=True, slots=True)
class RootRow:
    """A root as it is kept; ``device``, ``inode`` and ``is_mount`` tell it from an impostor."""

    id: int
    path: Path
    device: int | None
    inode: int | None
    is_mount: bool | None
    rules: Rules = USUAL

    @property
    def identity(self) -> Identity | None:
        """Which folder it was when it was last there."""
        if self.device is None or self.inode is None:
            return None
        return Identity(self.device, self.inode, bool(self.is_mount))

    def identified(self, identity: Identity) -> "RootRow":
        """The same root, now that it is this folder."""
        return replace(
            self, device=identity.device, inode=identity.inode, is_mount=identity.is_mount
        )


class Roots:
    """The table of watched folders."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def all(self) -> tuple[RootRow, ...]:
        rows = self._db.execute(
            "SELECT id, path, device, inode, is_mount, rules FROM root"
            " WHERE NOT leaving AND heir IS NULL ORDER BY id"
        )
        return tuple(
            RootRow(
                id_,
                Path(from_blob(path)),
                device,
                inode,
                None if mount is None else bool(mount),
                _rules(rules),
            )
            for id_, path, device, inode, mount, rules in rows
        )

    def get(self, root_id: int) -> RootRow | None:
        return next((row for row in self.all() if row.id == root_id), None)

    def add(self, path: Path) -> int:
        """Remember a root; the id of the one that has this path if there is one."""
        self._db.execute(
            "INSERT INTO root (path, added_at) VALUES (?, ?) ON CONFLICT (path) DO NOTHING",
            (to_blob(path), time.time()),
        )
        row = self._db.execute("SELECT id FROM root WHERE path = ?", (to_blob(path),)).fetchone()
        return int(row[0])

    def identify(self, root_id: int, identity: Identity) -> None:
        """Keep what tells this root from another folder at the same path."""
        self._db.execute(
            "UPDATE root SET device = ?, inode = ?, is_mount = ? WHERE id = ?",
            (identity.device, identity.inode, identity.is_mount, root_id),
        )

    def rule(self, root_id: int, rules: Rules) -> None:
        """Keep what the person leaves out of this root."""
        self._db.execute(
            "UPDATE root SET rules = ? WHERE id = ?", (json.dumps(asdict(rules)), root_id)
        )

    def relocate(self, root_id: int, path: Path) -> None:
        """The root is at another path now; its files, named relative to it, come along."""
        self._db.execute("UPDATE root SET path = ? WHERE id = ?", (to_blob(path), root_id))
        self.renumber(root_id)

    def renumber(self, root_id: int) -> None:
        """It is not known any more how the system numbers this root and its files."""
        self._db.execute("UPDATE root SET device = NULL, inode = NULL WHERE id = ?", (root_id,))

    def inherit(self, inner: int, outer: int, name: str) -> None:
        """What is left out of ``inner``, the folder ``name`` of ``outer``, is left out there."""
        rows = {row.id: row for row in self.all()}
        kept = rows[outer].rules
        shifted = (_shifted(pattern, name) for pattern in rows[inner].rules.patterns)
        patterns = tuple(dict.fromkeys((*kept.patterns, *shifted)))
        self.rule(outer, replace(kept, patterns=patterns))

    def counts(self) -> dict[int, int]:
        """How many pictures are known in each root, those among them that merge into others."""
        return dict(self._db.execute("SELECT id, pictures FROM root WHERE NOT leaving"))


def _shifted(pattern: str, folder: str) -> str:
    """What a pattern of gitignore means in a folder, said from the one around it."""
    if not folder:
        return pattern
    no, body = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    escaped = re.sub(r"([\\*?\[\] ])", r"\\\1", folder)
    anchored = "/" in body.rstrip("/")
    return f"{no}/{escaped}/{body.lstrip('/')}" if anchored else f"{no}/{escaped}/**/{body}"


def _rules(text: str) -> Rules:
    try:
        kept = json.loads(text)
        return Rules(
            tuple(map(str, kept.get("patterns", ()))),
            bool(kept.get("hidden", True)),
            int(kept.get("smallest", 0)),
            int(kept.get("largest", 0)),
            tuple(map(str, kept.get("suffixes", ()))),
        )
    except (ValueError, TypeError, AttributeError):
        return USUAL  # damaged: too much is seen rather than too little
