"""Doubted, imported and removed models, as the engine deals with them."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clipdesk.core.encoders import Encoder
from clipdesk.core.engine import Engine
from clipdesk.core.errors import ModelDoubted, ModelError
from clipdesk.core.inbox import Inbox
from clipdesk.core.messages.events import (
    DownloadEnded,
    DownloadProgress,
    EncoderChanged,
    Level,
    ModelsListed,
    Notice,
)
from clipdesk.core.messages.requests import (
    ImportModel,
    RemoveModel,
    TrustModel,
    UseModel,
)
from clipdesk.core.paths import Directories
from tests.core.colours import ColourEncoder
from tests.core.house import House, Shelf, house, paint


class Doubtful(Shelf):
    """A store one of whose models matches nothing, until the person has said yes to it."""

    trusted = False

    def load(self, name: str) -> Encoder:
        if name == "odd" and not self.trusted:
            raise ModelDoubted("odd does not match captions to pictures.", hint="Or use it anyway.")
        return super().load(name)

    def accept(self, name: str) -> None:
        self.trusted = True

    def remove(self, name: str) -> int:
        del self.encoders[name]
        return 605_000_000

    def take_in(
        self,
        file: Path,
        architecture: str,
        progress: Callable[[int, int], None],
        cancelled: Callable[[], bool],
    ) -> str:
        if file.suffix != ".pt":
            raise ModelError("That holds no weights.", hint="Try another.")
        progress(9, 9)
        name = f"{architecture or 'ViT'}:{file}"
        self.encoders[name] = ColourEncoder(name)
        return name


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr("tests.core.house.Shelf", Doubtful)
    with house(tmp_path / "library", ColourEncoder("starter"), ColourEncoder("odd")) as it:
        yield it


def test_a_doubted_model_is_refused_and_the_former_one_works(home: House) -> None:
    home.send(UseModel("odd"))
    notice = home.of(Notice)[-1]
    assert (notice.level, notice.hint) == (Level.ERROR, "Or use it anyway.")
    assert "does not match" in notice.text
    assert home.of(ModelsListed), "the list tells the doubt"
    state = home.of(EncoderChanged)[-1]
    assert (state.model, state.next_model) == ("starter", "")
    assert home.search("blue") is not None


def test_refused_before_the_former_one_has_come_that_one_comes_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = threading.Event()

    class Slow(Doubtful):
        def load(self, name: str) -> Encoder:
            if name == "starter":
                assert chosen.wait(60)
            else:
                chosen.set()
            return super().load(name)

    monkeypatch.setattr("tests.core.house.Shelf", Slow)
    with house(tmp_path / "library", ColourEncoder("starter"), ColourEncoder("odd")) as home:
        home.send(UseModel("odd"))
        assert "does not match" in home.of(Notice)[-1].text
        assert home.of(EncoderChanged)[-1].model == "starter"
        assert home.search("blue") is not None


def test_chosen_before_the_librarys_own_has_come_it_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = (ColourEncoder("starter"), ColourEncoder("odd"))
    with house(tmp_path / "library", *both) as home:
        paint(tmp_path / "pictures" / "red.png", "red")
        home.take_in(tmp_path / "pictures")
    loaded: list[str] = []
    chosen = threading.Event()

    class Slow(Shelf):
        def load(self, name: str) -> Encoder:
            assert chosen.wait(60)
            loaded.append(name)
            return super().load(name)

    monkeypatch.setattr("tests.core.house.Shelf", Slow)
    with house(tmp_path / "library", *both) as home:
        home.inbox.put(UseModel("odd"))
        home.until(lambda: home.engine.library.catalog.options.next_model == "odd", 60)
        chosen.set()
        home.engine.run_until_idle()
        assert loaded == ["starter", "odd"]
        assert home.of(EncoderChanged)[-1].model == "odd"


def test_it_is_used_once_the_person_wants_it(home: House) -> None:
    home.send(UseModel("odd"))
    home.send(TrustModel("odd"))
    assert home.of(EncoderChanged)[-1].model == "odd"


def test_a_model_is_removed_unless_it_is_in_use(home: House) -> None:
    home.send(RemoveModel("odd"))
    assert "605 MB are free again" in home.of(Notice)[-1].text
    assert [info.name for info in home.of(ModelsListed)[-1].models] == ["starter"]
    home.send(RemoveModel("starter"))
    assert "in use" in home.of(Notice)[-1].text
    assert "starter" in home.shelf.encoders


def test_own_weights_are_taken_in_and_used(home: House, tmp_path: Path) -> None:
    file = tmp_path / "w.pt"
    home.inbox.put(ImportModel(file, "RN50"))
    home.until(lambda: home.of(EncoderChanged)[-1].model == f"RN50:{file}")
    assert home.of(DownloadProgress)[-1].name == "w.pt"
    assert home.of(DownloadEnded)[-1].message == ""


def test_what_is_no_weights_is_told(home: House, tmp_path: Path) -> None:
    home.inbox.put(ImportModel(tmp_path / "w.txt"))
    home.until(lambda: bool(home.of(DownloadEnded)))
    assert home.of(DownloadEnded)[-1].message == "That holds no weights. Try another."
    assert home.of(EncoderChanged)[-1].model == "starter"


class Asleep(ColourEncoder):
    """Gets ready when it is told to, or shown something."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.awake = threading.Event()

    def open_eyes(self) -> None:
        self.awake.set()


@pytest.mark.parametrize("unhurried", [True, False])
def test_an_encoder_gets_ready_while_the_first_pictures_are_decoded(
    tmp_path: Path, unhurried: bool
) -> None:
    """Only where they are what it was loaded for: else it takes memory that nobody needs yet."""
    encoder, inbox = Asleep("starter"), Inbox()
    directories = Directories.under(tmp_path / "library")
    engine = Engine(directories, inbox, lambda _: None, store=Shelf(encoder), watching=False)
    try:
        engine.start(unhurried=unhurried)
        engine.run_until_idle()
        assert engine._models.current
        if unhurried:
            assert encoder.awake.wait(30)
        else:
            assert not encoder.awake.is_set()
    finally:
        engine.close()
