"""Every model file that ships: what it costs on held-out music, and what it composes."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

import pytest

from composer.compose import Composition, compose
from composer.decoding.network_engine import NetworkEngine
from composer.models import loading
from composer.music.score import Part
from composer.planning.constraints import PieceConstraints
from composer.planning.plan import RELEASE_SECONDS
from composer.request import Request
from training.evaluation import bits_per_note, copy_check, fixture

if TYPE_CHECKING:
    from composer.music.score import Note

SECONDS = 24
SEEDS = range(8)
DOMINANT_SEVENTH = {7, 11, 2, 5}
LONGEST_RUN = 8
MOST_REPEATED_FIGURES = 0.5

CARDS = {card.identity.label: card for card in loading.installed()}

every_model = pytest.mark.parametrize("name", CARDS)


@lru_cache
def model(name: str) -> loading.Model:
    return loading.load(CARDS[name].path)


@lru_cache
def pieces(name: str) -> list[Composition]:
    """Eight, in all the styles that the model knows."""
    styles = CARDS[name].identity.styles
    requests = (Request(seconds=SECONDS, seed=seed, candidates=4, style=styles[seed % len(styles)]) for seed in SEEDS)
    return [compose(request, NetworkEngine(model(name))) for request in requests]


def test_every_file_is_a_model_that_is_installed():
    assert len(CARDS) == len(list(loading.FOLDER.glob("*.onnx"))) > 0


@every_model
def test_a_file_costs_on_held_out_music_what_its_network_did(name):
    released = CARDS[name].network.fixture_cost

    cost = fixture.cost(partial(bits_per_note.of_model, model(name)), CARDS[name].identity.styles)

    assert released is not None
    assert cost is not None
    assert cost.fixture == released.fixture, "the sections are others now: python -m training fixture --model"
    assert cost.bits_per_note == pytest.approx(released.bits_per_note, rel=0.01)


@every_model
def test_its_pieces_last_as_long_as_was_asked(name):
    ends = [piece.score.seconds_at(max(note.end for note in piece.score.notes)) for piece in pieces(name)]

    assert ends == pytest.approx([SECONDS - RELEASE_SECONDS] * len(SEEDS), abs=0.01)


@every_model
def test_its_pieces_end_with_a_cadence(name):
    for piece in pieces(name):
        frame = PieceConstraints(metre=piece.plan.metre, bars=piece.plan.bars, mode=piece.plan.key.mode)
        pitched = [note for note in piece.score.notes if note.part is not Part.DRUMS]

        before = {degree(note, piece) for note in pitched if frame.dominant_start <= note.start < frame.tonic_start}
        last = min((note for note in pitched if note.end == frame.ticks), key=lambda note: note.pitch)
        assert before <= DOMINANT_SEVENTH
        assert before & {7, 11}
        assert degree(last, piece) == 0


def degree(note: Note, piece: Composition) -> int:
    return (note.pitch - piece.plan.key.tonic) % 12


@every_model
def test_its_pieces_neither_loop_nor_fall_silent(name):
    for piece in pieces(name):
        assert piece.measures["longest_run"] <= LONGEST_RUN
        assert piece.measures["repeated_figures"] < MOST_REPEATED_FIGURES
        assert piece.measures["empty_bars"] == 0


@every_model
def test_its_pieces_copy_nothing_that_was_learned_from(name):
    known = copy_check.load_runs()

    assert [copy_check.copied_runs(piece.tokens, piece.score.metre, known) for piece in pieces(name)] == [0] * len(
        SEEDS
    )


@every_model
def test_its_pieces_are_all_different(name):
    assert len({tuple(note.pitch for note in piece.score.notes) for piece in pieces(name)}) == len(SEEDS)
