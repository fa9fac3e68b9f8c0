"""What composes: model files, and engines that need none."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from composer import engines
from composer.compose import Composition, compose
from composer.decoding.network_engine import NetworkEngine
from composer.dice.rolls import Rolls
from composer.engine import Cancelled, Candidate
from composer.errors import EngineError, ModelError, RequestError
from composer.key_names import parse_key
from composer.models.card import changed
from composer.models.identity import Source
from composer.music.score import Metre, Part
from composer.performance import midi
from composer.planning.plan import RELEASE_SECONDS
from composer.rendering import sheet_of
from composer.request import NETWORK_OPTIONS, Request, read_settings
from tests.composer import handmade
from tests.composer.drone import Drone, held_chord
from tests.composer.hum import Hum
from tests.composer.pieces import line, score_of

if TYPE_CHECKING:
    from pathlib import Path

    from composer.engine import Engine


@pytest.fixture
def drone(built_in: dict[str, Engine]) -> Drone:
    """The only engine that is installed without a file."""
    engine = Drone()
    built_in["drone"] = engine
    return engine


def held(**options) -> Composition:
    return compose(Request(**{"seconds": 20, "model": "drone", "seed": 3, **options}), Drone())


def test_any_engine_composes_exactly_as_long_as_asked() -> None:
    score = held(seconds=33).score

    assert score.seconds_at(max(note.end for note in score.notes)) == pytest.approx(33 - RELEASE_SECONDS, abs=0.01)


def test_any_engine_is_told_the_plan() -> None:
    composition = held(key=parse_key("D minor"), metre=Metre(3, 4), tempo=80.0)

    assert composition.score.key == parse_key("D minor")
    assert composition.score.metre == Metre(3, 4)
    assert composition.title.endswith("in D minor")


def test_a_piece_without_a_network_can_be_repeated_from_its_midi() -> None:
    first = held()
    _, settings = midi.read(first.midi)

    again = compose(Request(**read_settings(settings)), Drone())

    assert settings["model"] == "drone@1"
    assert not {"creativity", "candidates", "game", "rolls"} & settings.keys()
    assert first.tokens == ()
    assert again.midi == first.midi


def test_progress_is_told_and_may_end_the_work() -> None:
    told: list[tuple[int, int]] = []

    def stop(bar: int, of: int) -> None:
        told.append((bar, of))
        if bar == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        compose(Request(seconds=20, model="drone"), Drone(), progress=stop)
    assert [bar for bar, _ in told] == [1, 2]


@pytest.mark.parametrize(("options", "name"), [({"creativity": 0.8}, "creativity"), ({"candidates": 2}, "candidates")])
def test_an_option_that_the_engine_cannot_honour_is_refused(options: dict[str, float], name: str) -> None:
    with pytest.raises(RequestError, match=f"drone cannot be told the {name}; leave it out, or choose another model"):
        held(**options)


def test_what_instruments_sound_by_is_said_to_whoever_has_instruments_and_to_nobody_else() -> None:
    for engine in (NETWORK_OPTIONS, *(one.identity.honours for one in (*engines.BUILT_IN.values(), Drone(), Hum()))):
        assert ("instrument_sound" in engine) == ("instrument" in engine)
    with pytest.raises(RequestError, match="hum cannot be told the instrument sound; leave it out, or choose another"):
        compose(Request(seconds=20, model="hum", instrument_sound="network"), Hum())


def test_a_style_that_the_engine_does_not_know_is_refused() -> None:
    with pytest.raises(RequestError, match="drone has not learned the style band; it knows piano"):
        held(style="band")


class TwoChords(Drone):
    """Proposes a chord in another key first."""

    def candidates(self, request, plan, rng, progress):
        (right,) = super().candidates(request, plan, rng, progress)
        wrong = replace(held_chord(plan).transposed(1), key=plan.key)
        return [Candidate(wrong), right]


def test_general_measures_choose_where_nothing_is_known_of_an_engine() -> None:
    request = Request(seconds=20, key=parse_key("C"))

    assert compose(request, TwoChords()).midi == compose(request, Drone()).midi


class Proposing(Drone):
    """Proposes what it was made with."""

    def __init__(self, proposed: object) -> None:
        self._proposed = proposed

    def candidates(self, _request, _plan, _rng, _progress):
        return self._proposed


WHOLE = Candidate(score_of(*line([60])))


@pytest.mark.parametrize(
    ("proposed", "told"),
    [
        ([], "no piece"),
        (None, "no piece"),
        ([WHOLE, None], "a NoneType, not a piece"),
        ([WHOLE, Candidate(score_of())], "a piece without a note that has a pitch"),
        ([Candidate(score_of(*line([36], part=Part.DRUMS)))], "a piece without a note that has a pitch"),
        ([replace(WHOLE, nats=math.nan)], "a piece with a likelihood of nan"),
        ([WHOLE, replace(WHOLE, nats=math.inf)], "a piece with a likelihood of inf"),
    ],
)
def test_an_engine_that_proposes_no_piece_is_named(proposed: object, told: str) -> None:
    with pytest.raises(EngineError) as refused:
        compose(Request(seconds=20, model="drone"), Proposing(proposed))

    assert str(refused.value) == f"drone@1 proposed {told}; choose another model"


def test_an_engine_may_propose_one_piece_after_the_other() -> None:
    assert compose(Request(seconds=20, model="drone"), Proposing(iter([WHOLE, WHOLE]))).score.notes


class Titled(Drone):
    """Says what its piece is called and in which key it would come again."""

    def candidates(self, request, plan, rng, progress):
        (held,) = super().candidates(request, plan, rng, progress)
        return [replace(held, title="Drone", remark="One chord", settled={"key": plan.key})]


def test_an_engine_may_name_its_piece_and_say_what_it_is_repeated_from() -> None:
    piece = compose(Request(seconds=20, model="drone", seed=3), Titled())

    _, settings = midi.read(piece.midi)
    assert (piece.title, piece.remark) == ("Drone", "One chord")
    assert settings["key"] == str(piece.plan.key)
    assert sheet_of(piece).remark == "One chord"


@pytest.mark.parametrize(("option", "value"), [("game", "waltz"), ("rolls", Rolls((7, 3, 11))), ("density", 2.0)])
def test_an_option_of_another_engine_is_answered_with_that_engine(option: str, value: object) -> None:
    with pytest.raises(
        RequestError, match=f"drone cannot be told the {option}; leave it out, or choose (dice|stochastic)"
    ):
        held(**{option: value})


def test_all_engines_are_listed_by_name_and_newest_first(drone: Drone, tmp_path: Path) -> None:
    for name, version in (("echo", 1), ("echo", 2), ("arc", 1)):
        handmade.install(tmp_path, name, version)

    listed = engines.installed(tmp_path)

    assert [one.identity.label for one in listed] == ["arc@1", "drone@1", "echo@2", "echo@1"]
    assert listed[1].load() is drone
    assert isinstance(listed[0].load(), NetworkEngine)


@pytest.mark.usefixtures("drone")
@pytest.mark.parametrize(("wanted", "label"), [("drone", "drone@1"), (" Drone@1", "drone@1"), ("echo", "echo@2")])
def test_an_engine_is_found_by_name_and_version(tmp_path: Path, wanted: str, label: str) -> None:
    for version in (1, 2):
        handmade.install(tmp_path, "echo", version)

    assert engines.find(wanted, tmp_path).identity.label == label


@pytest.mark.usefixtures("drone")
@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ("drane", r"Did you mean `drone`\? Installed: drone, echo\."),
        ("drone@2", "there is no version `2` of `drone`; installed: 1"),
    ],
)
def test_an_unknown_engine_is_answered_with_those_there_are(tmp_path: Path, wanted: str, sentence: str) -> None:
    handmade.install(tmp_path)

    with pytest.raises(RequestError, match=sentence):
        engines.find(wanted, tmp_path)


@pytest.mark.usefixtures("built_in")
def test_without_any_engine_the_machine_is_at_fault(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no models are installed"):
        engines.find("wavenet", tmp_path / "nowhere")


def test_a_description_names_version_sources_and_licence(tmp_path: Path) -> None:
    model, card = handmade.echo(1)
    card = changed(card, version=3, licence="MIT", trained_on=(Source("chopin", "CC BY 4.0"),))
    (tmp_path / "echo-v3.onnx").write_bytes(handmade.file_bytes(model, card))

    told = engines.describe(engines.find("echo", tmp_path))

    assert told.startswith("echo@3: none, 0.0 M parameters, 0.0 MB")
    assert "bits per note  not measured" in told
    assert "chopin (CC BY 4.0)" in told
    assert "MIT" in told


@pytest.mark.usefixtures("drone")
def test_a_description_of_an_engine_without_a_network_has_no_figures_of_one(tmp_path: Path) -> None:
    told = engines.describe(engines.find("drone", tmp_path))

    assert told.splitlines() == [
        "drone@1: held chord",
        "  licence        CC0-1.0",
        "  styles         piano",
        "  trained on     nothing",
    ]


def test_engines_answer_alike_with_a_file_and_without_one(drone: Drone, tmp_path: Path) -> None:
    path = handmade.install(tmp_path)
    (with_file,), (without,) = engines.in_folder(tmp_path), engines.built_in()

    assert with_file.path == path
    assert with_file.proper_file_name == path.name
    assert with_file.parameters is not None
    assert with_file.digest() == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (without.path, without.parameters, without.bits_per_note, without.proper_file_name) == (None,) * 4
    assert without.digest() == hashlib.sha256(drone.identity.label.encode()).hexdigest()
