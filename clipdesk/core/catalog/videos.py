"""Videos in the catalogue: how far they have been looked through, and their frames."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clipdesk.core.catalog.assets import full_path
from clipdesk.core.catalog.names import from_blob
from clipdesk.core.types import Item, Stamp

_SOME = 64
_NO_FILE = -1
"""The size of a frame's content: no file can be a copy of it."""


@dataclass(frozen=True, slots=True)
class Video:
    """A video that is not wholly known yet."""

    id: int
    """Of its content; see `Content`."""
    hash: bytes
    width: int
    height: int
    duration_ms: int
    looked_ms: int
    """Until here its frames are known."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A frame that is known: its content, its time, its mean colour as 0xRRGGBB."""

    content_id: int
    at_ms: int
    colour: int


@dataclass(frozen=True, slots=True)
class VideoFile:
    """A file that a video may be read from."""

    root_id: int
    name: str
    stamp: Stamp


_VIDEO = "id, hash, width, height, duration_ms, looked_ms"
_THERE = "EXISTS (SELECT 1 FROM asset WHERE asset.content_id = {} AND missing_since IS NULL)"


class Videos:
    """The table of frames, and what contents have beside if they are videos."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def any(self) -> bool:
        """Whether the library has ever had a video: else there is nothing to ask here."""
        return self._db.execute("SELECT 1 FROM frame LIMIT 1").fetchone() is not None

    def count(self) -> tuple[int, int]:
        """How many videos are there, and how many frames of them."""
        row = self._db.execute(
            "SELECT count(DISTINCT video_id), count(*) FROM frame"
            f" WHERE {_THERE.format('video_id')}"
        ).fetchone()
        return int(row[0]), int(row[1])

    # ── what becomes known ─────────────────────────────────────────────────────────────────

    def begin(self, content_id: int, duration_ms: int, at_ms: int) -> None:
        """This content is a video, and shows what stands for it at this moment."""
        self._db.execute(
            "UPDATE content SET duration_ms = ? WHERE id = ? AND duration_ms IS NULL",
            (duration_ms, content_id),
        )
        self._db.execute(
            "INSERT OR IGNORE INTO frame VALUES (?, ?, ?)", (content_id, content_id, at_ms)
        )

    def add(self, video: Video, at_ms: int, colour: int) -> int:
        """Keep a frame; answers the id of its content."""
        digest = hashlib.blake2b(video.hash + at_ms.to_bytes(8, "big"), digest_size=16).digest()
        row = self._db.execute(
            "INSERT INTO content (hash, size, width, height, format, colour)"
            " VALUES (?, ?, ?, ?, 'FRAME', ?)"
            " ON CONFLICT (hash) DO UPDATE SET colour = excluded.colour RETURNING id",
            (digest, _NO_FILE, video.width, video.height, colour),
        ).fetchone()
        self._db.execute("INSERT OR IGNORE INTO frame VALUES (?, ?, ?)", (row[0], video.id, at_ms))
        return int(row[0])

    def looked(self, video_id: int, duration_ms: int, looked_ms: int) -> None:
        """It is so long, as far as is known now, and its frames are known until then."""
        self._db.execute(
            "UPDATE content SET duration_ms = ?, looked_ms = ? WHERE id = ?",
            (duration_ms, looked_ms, video_id),
        )

    def forget(self, content_ids: Sequence[int]) -> None:
        """These frames can't be had any more; what stands for a whole video stays."""
        self._db.executemany(
            "DELETE FROM content WHERE id = ? AND size = ?",
            ((id_, _NO_FILE) for id_ in content_ids),
        )

    # ── what is to be done ─────────────────────────────────────────────────────────────────

    def unseen(self, besides: Iterable[int] = ()) -> tuple[Video, ...]:
        """Some videos that are not known to their end, the least known first."""
        rows = self._db.execute(
            f"SELECT {_VIDEO} FROM content WHERE duration_ms IS NOT NULL"
            " AND looked_ms < duration_ms AND id NOT IN (SELECT value FROM json_each(?))"
            f" AND {_THERE.format('content.id')} ORDER BY looked_ms, id LIMIT ?",
            (json.dumps(list(besides)), _SOME),
        )
        return tuple(Video(*row) for row in rows)

    def remaining(self) -> tuple[tuple[int, int], ...]:
        """How long each video is that is not known to its end, and until where it is known."""
        rows = self._db.execute(
            "SELECT duration_ms, looked_ms FROM content WHERE duration_ms IS NOT NULL"
            f" AND looked_ms < duration_ms AND {_THERE.format('content.id')}"
        )
        return tuple(rows.fetchall())

    def lacking(
        self, space_id: int, besides: Iterable[int] = (), frames: Iterable[int] = ()
    ) -> dict[Video, tuple[Shot, ...]]:
        """Some videos, with frames of theirs that have no vector in this space yet.

        None of the videos ``besides``, and none of these ``frames``.
        """
        rows = self._db.execute(
            "SELECT frame.video_id, frame.content_id, at_ms, content.colour FROM frame"
            " JOIN content ON content.id = frame.content_id"
            " WHERE frame.content_id <> video_id AND NOT EXISTS (SELECT 1 FROM embedding"
            "   WHERE space_id = ? AND embedding.content_id = frame.content_id)"
            " AND video_id NOT IN (SELECT value FROM json_each(?))"
            " AND frame.content_id NOT IN (SELECT value FROM json_each(?))"
            f" AND {_THERE.format('video_id')} ORDER BY video_id, at_ms LIMIT ?",
            (space_id, json.dumps(list(besides)), json.dumps(list(frames)), _SOME),
        )
        shots: dict[int, list[Shot]] = {}
        for video_id, *shot in rows:
            shots.setdefault(video_id, []).append(Shot(*shot))
        return {self._video(video_id): tuple(of) for video_id, of in shots.items()}

    def _video(self, video_id: int) -> Video:
        return Video(
            *self._db.execute(f"SELECT {_VIDEO} FROM content WHERE id = ?", (video_id,)).fetchone()
        )

    def files(self, video_id: int) -> tuple[VideoFile, ...]:
        """The files of a video, as far as is known."""
        rows = self._db.execute(
            "SELECT root_id, name, size, mtime_ns, inode FROM asset"
            " WHERE content_id = ? AND missing_since IS NULL",
            (video_id,),
        )
        return tuple(VideoFile(root, from_blob(name), Stamp(*of)) for root, name, *of in rows)

    # ── what is known ──────────────────────────────────────────────────────────────────────

    def shots(self, video_id: int) -> tuple[Shot, ...]:
        """The frames of a video in their order; none of what is no video."""
        rows = self._db.execute(
            "SELECT content_id, at_ms, colour FROM frame JOIN content ON content.id = content_id"
            " WHERE video_id = ? ORDER BY at_ms",
            (video_id,),
        )
        return tuple(Shot(*row) for row in rows)

    def frames_of(self, content_ids: Sequence[int]) -> tuple[int, ...]:
        """The contents of the frames of those of these contents that are videos."""
        rows = self._db.execute(
            "SELECT content_id FROM frame WHERE video_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(content_ids)),),
        )
        return tuple(id_ for (id_,) in rows)

    def items(
        self, content_ids: Sequence[int], root_id: int | None = None
    ) -> dict[int, list[Item]]:
        """Those of these contents that are frames, as moments of the videos they are of."""
        rows = self._db.execute(
            "SELECT frame.content_id, at_ms, shot.colour, asset.id, video.id, root.path,"
            " asset.name, video.width, video.height, video.duration_ms FROM frame"
            " JOIN content AS shot ON shot.id = frame.content_id"
            " JOIN content AS video ON video.id = frame.video_id"
            " JOIN asset ON asset.content_id = frame.video_id"
            " JOIN root ON root.id = asset.root_id"
            " WHERE frame.content_id IN (SELECT value FROM json_each(?))"
            " AND missing_since IS NULL AND (? IS NULL OR +root_id = ?)",
            (json.dumps(list(content_ids)), root_id, root_id),
        )
        found: dict[int, list[Item]] = {}
        for frame_id, at_ms, colour, asset_id, video_id, root, name, wide, high, lasts in rows:
            item = Item(
                asset_id, video_id, full_path(root, name), wide, high, colour,
                duration_ms=lasts, at_ms=at_ms, frame_id=frame_id,
            )  # fmt: skip
            found.setdefault(frame_id, []).append(item)
        return found
