from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.errors import MachineError
from composer.music.analysis import shifted
from composer.music.score import Part
from composer.novelty.heard import SPARED_BITS, Heard, load_heard, measure_novelty
from composer.novelty.melody import SHORTEST, melody_runs
from composer.novelty.number_sets import pack_numbers
from composer.styles.table import STYLE_NAMES
from tests.composer.pieces import line, steadily

if TYPE_CHECKING:
    from pathlib import Path

    from composer.music.score import Note

TUNE = line((60, 62, 64, 65, 67, 69, 67, 72, 71, 69, 66, 67, 62, 60))


def heard(*notes: Note) -> Heard:
    """As if nothing but these notes had been learned from."""
    return Heard(np.unique(melody_runs(notes) >> SPARED_BITS), {})


@steadily
@given(st.integers(-40, 40), st.integers(0, 10**4))
def test_tune_is_known_again_in_every_key_at_every_place(semitones: int, ticks: int) -> None:
    moved = [replace(note, pitch=note.pitch + semitones) for note in shifted(TUNE, ticks)]

    assert heard(*TUNE).longest_shared_run(moved) == len(TUNE)


@pytest.mark.parametrize("at", range(len(TUNE)))
def test_wrong_note_parts_a_run(at: int) -> None:
    wrong = [*TUNE]
    wrong[at] = line((TUNE[at].pitch + 1,), start=TUNE[at].start)[0]
    right = max(at, len(TUNE) - at - 1)

    assert heard(*TUNE).longest_shared_run(wrong) == (right if right >= SHORTEST else SHORTEST - 1)


def test_other_rhythm_is_another_tune() -> None:
    dotted = [replace(note, start=note.start + 6 * (at % 2)) for at, note in enumerate(TUNE)]

    assert heard(*TUNE).longest_shared_run(dotted) == SHORTEST - 1


def test_what_lies_below_the_melody_makes_no_difference() -> None:
    chords = [line([note.pitch - 5], start=note.start)[0] for note in TUNE]
    bass = line((36, 38, 40), step=96, part=Part.BASS)

    assert heard(*TUNE).longest_shared_run([*TUNE, *chords, *bass]) == len(TUNE)


def test_repeated_note_or_trill_belongs_to_nobody() -> None:
    figures = line((60,) * 20 + (72, 74) * 10)

    assert not melody_runs(figures)[:10].any()
    assert heard(*figures).longest_shared_run(line((50, 52) * 12)) == SHORTEST - 1


def test_piece_without_a_melody_shares_nothing() -> None:
    assert heard(*TUNE).longest_shared_run(line((36, 38) * 9, part=Part.DRUMS)) == SHORTEST - 1


def test_notes_by_lot_share_nothing_with_what_ships_and_every_style_is_told_what_is_usual() -> None:
    by_lot = line(np.random.default_rng(4).integers(55, 85, 400).tolist())

    told = {style: measure_novelty(by_lot, style) for style in (*STYLE_NAMES, "a style of tomorrow")}

    assert {novelty.shared for novelty in told.values()} == {SHORTEST - 1}
    assert min(novelty.people for novelty in told.values()) > SHORTEST


@pytest.mark.parametrize("damage", ["missing", "cut short", "without means"])
def test_file_that_cannot_be_used_is_said_so(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "heard.npz"
    whole = pack_numbers(np.arange(9, dtype=np.uint64), people="{}")
    if damage == "cut short":
        path.write_bytes(whole[:60])
    elif damage == "without means":
        path.write_bytes(pack_numbers(np.arange(9, dtype=np.uint64)))

    with pytest.raises(MachineError, match="install Cadenza again"):
        load_heard(path)
