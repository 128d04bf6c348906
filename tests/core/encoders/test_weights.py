"""Fetching models from a hub, with all that goes wrong on the way."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from clipdesk.core.encoders import ModelName, available, download, is_here, load, notes, offer
from clipdesk.core.encoders.hub import PARTIAL
from clipdesk.core.encoders.removal import remove
from clipdesk.core.errors import DownloadFailed, UnknownModel
from tests.core.encoders import tiny
from tests.core.encoders.hub import LocalHub, Mishaps

NAME = "hf-hub:studio/tiny"
WEIGHTS = "open_clip_model.safetensors"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published") / "tiny"
    tiny.folder(folder, tiny.config())
    return folder


@pytest.fixture
def hub(files: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalHub]:
    for variable in ("HF_HOME", "HF_HUB_CACHE", "HF_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    with LocalHub() as hub:
        hub.add("studio/tiny", files)
        yield hub


def fetch(
    hub: LocalHub,
    models: Path,
    name: str = NAME,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[tuple[int, int]]:
    """Download, and tell what was reported on the way."""
    reports: list[tuple[int, int]] = []
    download(
        ModelName.parse(name),
        models,
        lambda done, total: reports.append((done, total)),
        cancelled,
        endpoint=hub.endpoint,
    )
    return reports


def cut_the_wires(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, whoever uses the network fails."""

    def refuse(*_: object) -> None:
        raise AssertionError("loading must not use the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_an_offer_tells_size_source_and_licence_and_fetches_nothing(
    hub: LocalHub, files: Path, tmp_path: Path
) -> None:
    info = offer(ModelName.parse(NAME), tmp_path, endpoint=hub.endpoint)
    assert info.size_bytes == (files / WEIGHTS).stat().st_size
    assert (info.source, info.licence, info.here) == ("studio/tiny", "mit", False)
    assert not hub.asked("GET", "/cdn/")
    assert not list(tmp_path.iterdir())


def test_what_was_fetched_loads_without_the_network(
    hub: LocalHub, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = ModelName.parse(NAME)
    assert not is_here(name, tmp_path)
    reports = fetch(hub, tmp_path)
    size = (files / WEIGHTS).stat().st_size
    assert reports[-1] == (size, size)
    assert not list((tmp_path / PARTIAL).iterdir())

    asked = len(hub.requests)
    cut_the_wires(monkeypatch)
    assert is_here(name, tmp_path)
    assert NAME in [info.name for info in available(tmp_path) if info.here]
    fetched, local = load(NAME, tmp_path), load(f"tiny:{files}", tmp_path)
    assert np.allclose(fetched.encode_texts(["a"]), local.encode_texts(["a"]))
    assert fetched.space.weights_hash == local.space.weights_hash
    assert fetched.space.architecture == "studio/tiny"
    assert len(hub.requests) == asked


def test_a_model_with_a_tokenizer_of_its_own_comes_whole(
    hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.words(tmp_path / "words")
    tiny.with_words(tmp_path / "many", "studio/words", tmp_path / "words")
    hub.add("studio/words", tmp_path / "words")
    hub.add("studio/many", tmp_path / "many")
    fetch(hub, tmp_path / "models", "hf-hub:studio/many")
    assert not hub.asked("HEAD", "/studio/words/resolve/main/model.safetensors")
    cut_the_wires(monkeypatch)
    encoder = load("hf-hub:studio/many", tmp_path / "models")
    red, bird, long = encoder.encode_texts(["red", "bird", "bird " * 99])
    assert not np.allclose(red, bird, atol=1e-3)
    assert np.isclose(np.linalg.norm(long), 1, atol=1e-5)


def test_fetching_again_fetches_nothing(hub: LocalHub, tmp_path: Path) -> None:
    fetch(hub, tmp_path)
    bodies = len(hub.asked("GET", "/cdn/"))
    fetch(hub, tmp_path)
    assert len(hub.asked("GET", "/cdn/")) == bodies == 1


def test_a_connection_that_breaks_once_is_taken_up_again(hub: LocalHub, tmp_path: Path) -> None:
    hub.mishaps.break_at = 100_000
    fetch(hub, tmp_path)
    assert [each.range for each in hub.asked("GET", "/cdn/")] == ["", "bytes=100000-"]
    assert load(NAME, tmp_path)


@pytest.mark.parametrize("ranges", [True, False])
def test_a_stopped_download_ends_at_once_and_the_next_goes_on(
    hub: LocalHub, tmp_path: Path, ranges: bool
) -> None:
    hub.mishaps.stall_at = 200_000
    with pytest.raises(DownloadFailed, match="stopped") as raised:
        fetch(hub, tmp_path, cancelled=hub.stalled.is_set)
    assert "kept" in raised.value.hint
    (part,) = (tmp_path / PARTIAL).iterdir()
    kept = part.stat().st_size
    assert not is_here(ModelName.parse(NAME), tmp_path)

    hub.mishaps = Mishaps(ranges=ranges)
    reports = fetch(hub, tmp_path)
    resumed = hub.asked("GET", "/cdn/")[-1]
    assert resumed.range == (f"bytes={kept}-" if kept else "")
    assert reports[-1][0] == reports[-1][1]
    assert load(NAME, tmp_path)


def test_a_file_that_arrives_damaged_is_refused(hub: LocalHub, tmp_path: Path) -> None:
    hub.mishaps.corrupt_at = 5_000
    with pytest.raises(DownloadFailed, match="damaged"):
        fetch(hub, tmp_path)
    assert not is_here(ModelName.parse(NAME), tmp_path)
    hub.mishaps.corrupt_at = None
    fetch(hub, tmp_path)
    assert load(NAME, tmp_path)


def test_a_part_that_was_damaged_on_the_disk_is_refused(hub: LocalHub, tmp_path: Path) -> None:
    hub.mishaps.stall_at = 200_000
    with pytest.raises(DownloadFailed):
        fetch(hub, tmp_path, cancelled=hub.stalled.is_set)
    (part,) = (tmp_path / PARTIAL).iterdir()
    part.write_bytes(b"\0" * 1000)
    hub.mishaps.stall_at = None
    with pytest.raises(DownloadFailed, match="damaged"):
        fetch(hub, tmp_path)
    fetch(hub, tmp_path)


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (404, "RepoNotFound", "no model studio/tiny"),
        (401, "", "refuses"),
        (401, "GatedRepo", "accepted its terms"),
        (403, "GatedRepo", "accepted its terms"),
        (403, "", "refuses"),
        (500, "", "trouble"),
    ],
)
def test_a_refusal_is_told_in_plain_words(
    hub: LocalHub, tmp_path: Path, status: int, code: str, words: str
) -> None:
    hub.mishaps.refuse = (status, code)
    with pytest.raises(DownloadFailed, match=words) as raised:
        fetch(hub, tmp_path)
    assert raised.value.hint
    assert "http" not in str(raised.value)


def test_a_hub_that_is_not_there(hub: LocalHub, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(DownloadFailed, match="can't be reached"):
        download(
            ModelName.parse(NAME),
            tmp_path,
            lambda *_: None,
            lambda: False,
            endpoint=f"http://127.0.0.1:{port}",
        )


def test_a_repository_that_holds_no_open_clip_model(
    hub: LocalHub, files: Path, tmp_path: Path
) -> None:
    hub.repositories["studio/other"] = {"README.md": b"hello", WEIGHTS: b""}
    with pytest.raises(DownloadFailed, match="no OpenCLIP model"):
        fetch(hub, tmp_path, "hf-hub:studio/other")


def test_a_full_disk(hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9999, 0, 999))
    with pytest.raises(DownloadFailed, match="0 MB are free"):
        fetch(hub, tmp_path)


def test_the_token_goes_to_the_hub_and_nowhere_else(
    hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    fetch(hub, tmp_path)
    assert all(each.authorization == "Bearer hf_secret" for each in hub.asked("GET", "/api/"))
    assert [each.authorization for each in hub.asked("GET", "/cdn/")] == [""]


def test_a_tag_of_open_clip_names_its_repository(hub: LocalHub, tmp_path: Path) -> None:
    hub.repositories["timm/vit_base_patch32_clip_224.openai"] = {WEIGHTS: b"1234"}
    fetch(hub, tmp_path, "ViT-B-32/openai")
    assert is_here(ModelName.parse("ViT-B-32/openai"), tmp_path)
    assert "ViT-B-32/openai" in [info.name for info in available(tmp_path)]
    with pytest.raises(UnknownModel):
        fetch(hub, tmp_path, "ViT-B-32/opnai")


def test_the_clients_own_settings_are_honoured(hub: LocalHub, tmp_path: Path) -> None:
    """HF_ENDPOINT, HF_HOME and HF_HUB_OFFLINE, which are read when a program starts."""
    code = f"""
from pathlib import Path
from clipdesk.core.encoders import ModelName, download, load
from clipdesk.core.errors import DownloadFailed
models = Path({str(tmp_path / "models")!r})
try:
    download(ModelName.parse({NAME!r}), models, lambda *_: None, lambda: False)
except DownloadFailed as error:
    print(error)
    print(load({NAME!r}, models).space.dimensions)
"""
    settings = {**os.environ, "HF_HOME": str(tmp_path / "hf"), "HF_ENDPOINT": hub.endpoint}
    run = [sys.executable, "-c", code]
    subprocess.run(run, env=settings, check=True, timeout=60)
    assert list((tmp_path / "hf" / "hub").glob(f"models--studio--tiny/snapshots/*/{WEIGHTS}"))
    assert not (tmp_path / "models" / "models--studio--tiny").exists()
    settings["HF_HUB_OFFLINE"] = "1"
    asked = len(hub.requests)
    answer = subprocess.run(
        run, env=settings, check=True, timeout=60, stdout=subprocess.PIPE, text=True
    )
    assert answer.stdout.split("\n")[:2] == ["Downloads are switched off on this computer.", "32"]
    assert len(hub.requests) == asked


def test_a_repository_that_has_another_name_by_now(hub: LocalHub, tmp_path: Path) -> None:
    """As xlm-roberta-base has: every request is sent on, and the files come all the same."""
    hub.renamed["studio/tiny"] = "atelier/little"
    hub.repositories["atelier/little"] = hub.repositories.pop("studio/tiny")
    fetch(hub, tmp_path)
    assert hub.asked("GET", "/cdn/atelier/little/")
    assert load(NAME, tmp_path)


def test_a_slow_connection_is_waited_for_and_told_of(hub: LocalHub, tmp_path: Path) -> None:
    hub.mishaps.drip = 100_000
    reports = fetch(hub, tmp_path)
    assert len({done for done, _ in reports}) > 2
    assert load(NAME, tmp_path)


def test_a_disk_that_fills_up_on_the_way(
    hub: LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Really full: what is written goes to a device that has no room."""
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    import hashlib

    digest = hashlib.sha256(hub.repositories["studio/tiny"][WEIGHTS]).hexdigest()
    (tmp_path / PARTIAL).mkdir()
    (tmp_path / PARTIAL / digest).symlink_to("/dev/full")
    with pytest.raises(DownloadFailed, match="disk is full") as raised:
        fetch(hub, tmp_path)
    assert "Make room" in raised.value.hint
    assert not is_here(ModelName.parse(NAME), tmp_path)
    (tmp_path / PARTIAL / digest).unlink()
    fetch(hub, tmp_path)
    assert load(NAME, tmp_path)


def test_what_has_arrived_is_told_and_can_be_thrown_away(hub: LocalHub, tmp_path: Path) -> None:
    hub.mishaps.stall_at = 200_000
    with pytest.raises(DownloadFailed):
        fetch(hub, tmp_path, cancelled=hub.stalled.is_set)
    (part,) = (tmp_path / PARTIAL).iterdir()
    assert notes.begun(tmp_path) == {NAME: part.stat().st_size}
    assert remove(ModelName.parse(NAME), tmp_path) == 0 or not part.exists()
    assert not part.exists()
    assert notes.begun(tmp_path) == {}


def test_a_model_is_removed_whole_and_leaves_others_their_tokenizer(
    hub: LocalHub, tmp_path: Path
) -> None:
    tiny.words(tmp_path / "words")
    tiny.with_words(tmp_path / "many", "studio/words", tmp_path / "words")
    hub.add("studio/words", tmp_path / "words")
    for name in ("one", "two"):
        hub.add(f"studio/{name}", tmp_path / "many")
        fetch(hub, tmp_path / "models", f"hf-hub:studio/{name}")
    size = len(hub.repositories["studio/one"][WEIGHTS])
    freed = remove(ModelName.parse("hf-hub:studio/one"), tmp_path / "models")
    assert size <= freed < 2 * size
    assert not is_here(ModelName.parse("hf-hub:studio/one"), tmp_path / "models")
    assert load("hf-hub:studio/two", tmp_path / "models")
    remove(ModelName.parse("hf-hub:studio/two"), tmp_path / "models")
    left = [file for file in (tmp_path / "models").rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in left) < 10_000, left
    fetch(hub, tmp_path / "models", "hf-hub:studio/one")  # and it can be had again


def test_a_proxy_is_gone_through(hub: LocalHub, tmp_path: Path) -> None:
    """A hub that only the proxy can reach, as HTTP_PROXY says; the large file, too."""
    code = f"""
from pathlib import Path
from clipdesk.core.encoders import ModelName, download, load
models = Path({str(tmp_path)!r})
download(ModelName.parse({NAME!r}), models, lambda *_: None, lambda: False)
print(load({NAME!r}, models).space.dimensions)
"""
    settings = {
        **os.environ,
        "HF_ENDPOINT": "http://hub.invalid",
        "HTTP_PROXY": hub.endpoint,
        "http_proxy": hub.endpoint,
        "NO_PROXY": "",
        "no_proxy": "",
    }
    run = [sys.executable, "-c", code]
    answer = subprocess.run(
        run, env=settings, check=True, timeout=60, stdout=subprocess.PIPE, text=True
    )
    assert answer.stdout.strip() == "32"
    assert any(each.path.startswith("http://hub.invalid/") for each in hub.requests)
