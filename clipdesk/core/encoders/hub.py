"""The model hub, through Hugging Face's own client: its addresses, proxies, tokens and caches.

So ``HF_ENDPOINT``, ``HF_HOME``, ``HF_HUB_CACHE``, ``HF_TOKEN``, ``HF_HUB_OFFLINE`` and the proxy
variables mean here what they mean everywhere. What the client lacks is added: a download that
was broken off is resumed, checked against its SHA-256, and can be stopped within a second.
"""

import contextlib
import hashlib
import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clipdesk.core.encoders.faults import plain
from clipdesk.core.encoders.transfer import Transfer, attend
from clipdesk.core.errors import DownloadFailed
from clipdesk.core.paths import printable

if TYPE_CHECKING:
    from huggingface_hub import HfFileMetadata

Cancelled = Callable[[], bool]
Arrived = Callable[[int], None]
"""Told how many bytes of the file under way are here."""
Began = Callable[[Path], None]
"""Told where a large file lies until it is whole."""

PARTIAL = "partial"
"""The folder of files that are not whole yet, each named by its SHA-256."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Listing:
    """What a repository holds."""

    repository: str
    sizes: Mapping[str, int]
    """Bytes by file name."""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Hub:
    """The hub, and the folders in which its files are kept on this computer."""

    models: Path
    endpoint: str | None = None
    """None: the client's own, which ``HF_ENDPOINT`` can change."""

    @property
    def cache(self) -> Path:
        """Where downloads go: our own folder, or the one that the person's settings name."""
        if os.environ.get("HF_HUB_CACHE") or os.environ.get("HF_HOME"):
            return _client_cache()
        return self.models

    @property
    def caches(self) -> tuple[Path, ...]:
        """Where files may be: our own folder, and the one all programs with this client share."""
        return self.models, _client_cache()

    def find(self, repository: str, *filenames: str) -> Path | None:
        """The first of these files that is on this computer, whoever fetched it."""
        from huggingface_hub import try_to_load_from_cache

        for filename in filenames:
            for cache in self.caches:
                found = try_to_load_from_cache(repository, filename, cache_dir=cache)
                if isinstance(found, str):
                    return Path(found)
        return None

    def listing(self, repository: str, cancelled: Cancelled) -> Listing:
        """Ask the hub what a repository holds; raises `DownloadFailed`."""
        from huggingface_hub import HfApi

        api = HfApi(endpoint=self.endpoint)
        with _plainly(repository):
            info = attend(
                lambda: api.model_info(repository, files_metadata=True, timeout=10), cancelled
            )
        licence = info.card_data.get("license") if info.card_data is not None else None
        return Listing(
            repository=repository,
            sizes={file.rfilename: file.size or 0 for file in info.siblings or ()},
            licence=licence if isinstance(licence, str) else "",
        )

    def fetch(
        self,
        listing: Listing,
        filename: str,
        arrived: Arrived,
        cancelled: Cancelled,
        began: Began = lambda _: None,
    ) -> Path:
        """Fetch one file into the cache, or find it there; raises `DownloadFailed`."""
        from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url
        from huggingface_hub.utils import disable_progress_bars

        # The program has its own progress, and its own words for what goes wrong.
        disable_progress_bars()
        logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
        url = hf_hub_url(listing.repository, filename, endpoint=self.endpoint)
        with _plainly(listing.repository):
            self.cache.mkdir(mode=0o700, parents=True, exist_ok=True)
            there = attend(lambda: get_hf_file_metadata(url, endpoint=self.endpoint), cancelled)
            blob = self._blob(listing.repository, filename, there)
            if blob is not None:
                began(self.cache / PARTIAL / blob.name)
                self._bring(url, blob, there.size or 0, arrived, cancelled)
            # Small files come whole. For what has been brought the client only makes its entry.
            pointer = Path(
                attend(
                    lambda: hf_hub_download(
                        listing.repository,
                        filename,
                        cache_dir=self.cache,
                        endpoint=self.endpoint,
                    ),
                    cancelled,
                )
            )
        if blob is not None and not pointer.is_symlink():
            blob.unlink(missing_ok=True)  # no symbolic links here: the client made a copy
        arrived(listing.sizes.get(filename, 0))
        return pointer

    def _blob(self, repository: str, filename: str, there: "HfFileMetadata") -> Path | None:
        """Where the client's cache keeps a large file; None if it is small, or here already."""
        from huggingface_hub.file_download import repo_folder_name

        folder = self.cache / repo_folder_name(repo_id=repository, repo_type="model")
        pointer = folder / "snapshots" / (there.commit_hash or "") / filename
        etag = there.etag or ""
        # Of files outside the large-file storage the etag is not a SHA-256.
        if pointer.exists() or not _SHA256.fullmatch(etag):
            return None
        return folder / "blobs" / etag

    def _bring(
        self, url: str, blob: Path, size: int, arrived: Arrived, cancelled: Cancelled
    ) -> None:
        """Put a large file where the client's cache keeps it, resuming an earlier try."""
        if blob.exists():
            return
        part = self.cache / PARTIAL / blob.name
        for folder in (part.parent, blob.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._make_sure_of_room(part, size)
        Transfer(url, part, size).run(arrived, cancelled)
        with part.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if digest != blob.name:
            part.unlink()
            raise DownloadFailed(
                "The file arrived damaged and was thrown away.", hint="Try the download again."
            )
        part.replace(blob)

    def _make_sure_of_room(self, part: Path, size: int) -> None:
        needed = size - (part.stat().st_size if part.exists() else 0)
        free = shutil.disk_usage(part.parent).free
        if free < needed:
            raise DownloadFailed(
                f"{needed / 1e6:.0f} MB are needed in {printable(self.cache)}, "
                f"and {free / 1e6:.0f} MB are free.",
                hint="Make room, or choose a smaller model.",
            )


def _client_cache() -> Path:
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


@contextlib.contextmanager
def _plainly(repository: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        failure = plain(error, repository)
        if failure is error:
            raise
        raise failure from error
