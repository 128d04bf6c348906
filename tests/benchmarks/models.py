"""The networks that are measured: the starter, and others with random weights.

How fast a network is does not depend on what it has learned, so nothing is fetched: the weights
are thrown by dice, once, into a folder of the system's temporary files.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clipdesk.core.encoders.ahead import lacking
from clipdesk.core.encoders.conversion import Conversion
from clipdesk.core.encoders.store import Store
from clipdesk.core.encoders.tried import TRIED
from clipdesk.core.paths import Directories

OTHERS = {"quick": (), "usual": ("ViT-B-32-256",), "full": ("ViT-B-32-256",)}


def names(size: str) -> tuple[str, ...]:
    """Models by the names that ClipDesk knows them by."""
    return ("starter", *(f"{name}:{weights(name)}" for name in OTHERS[size]))


def ready(name: str) -> None:
    """Make a model as it is after its first minutes here: accepted, and converted where that pays.

    Models are kept apart from the person's own from now on, also by the processes started later.
    """
    os.environ["XDG_DATA_HOME"] = str(_folder() / "data")
    models = Directories.default().models
    models.mkdir(parents=True, exist_ok=True)
    if lack := lacking(name, models):
        Conversion(*lack, models).run(lambda _: None)
    store = Store(models)
    if ":" in name:
        store.accept(name)  # what it has learned of pictures is nothing, and does not matter
    store.load(name)


@contextmanager
def never_seen() -> Iterator[None]:
    """Let the processes started meanwhile not know the models' quicker forms, but accept them."""
    before = os.environ["XDG_DATA_HOME"]
    known = Directories.default().models
    with tempfile.TemporaryDirectory(prefix="clipdesk-") as place:
        os.environ["XDG_DATA_HOME"] = place
        try:
            models = Directories.default().models
            models.mkdir(parents=True)
            shutil.copy(known / TRIED, models)
            yield
        finally:
            os.environ["XDG_DATA_HOME"] = before


def _folder() -> Path:
    return Path(tempfile.gettempdir()) / f"clipdesk-benchmarks-{os.getuid()}"


def weights(architecture: str) -> Path:
    """Random weights of an architecture of OpenCLIP's."""
    folder = _folder()
    file = folder / f"{architecture}.safetensors"
    if not file.exists():
        import open_clip
        import torch
        from safetensors.torch import save_file

        folder.mkdir(mode=0o700, exist_ok=True)
        torch.manual_seed(0)
        network = open_clip.create_model(architecture, pretrained=None)
        half = file.with_suffix(".part")
        save_file({k: v.contiguous() for k, v in network.state_dict().items()}, half)
        half.replace(file)
    return file
