from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.errors import MachineError
from composer.music.score import Metre, Part, Score
from composer.parsing import parse_metre
from composer.tokens import tokenizer
from tests.composer.pieces import C_MAJOR, FOUR_FOUR, line, score_of
from tests.training.corpora import small_dataset
from training.evaluation import copy_check

if TYPE_CHECKING:
    from pathlib import Path

    from training.corpus.dataset import Dataset

SCALE = (60, 62, 64, 65, 67, 69, 71, 72)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return small_dataset(tmp_path_factory.mktemp("corpus"))


def runs(score: Score) -> list[int]:
    return list(map(int, copy_check.bar_runs(tokenizer.encode(tokenizer.quantised(score)), score.metre)))


def tune(bars: int, *, first: int = 0) -> Score:
    """Quarters that differ from bar to bar."""
    pitches = [SCALE[(place * 3 + place // 4 * (first + 1)) % 8] + first for place in range(4 * bars)]
    return score_of(*line(pitches), bars=bars)


def test_a_run_lasts_twelve_quarters_in_whole_bars() -> None:
    assert [len(runs(replace(tune(bars), bars=bars))) for bars in (2, 3, 5)] == [0, 1, 3]
    in_two = Score(line(SCALE * 2, step=12), Metre(3, 4), 3, C_MAJOR)
    assert runs(in_two) == []


def test_the_same_notes_have_the_same_number_wherever_they_stand() -> None:
    theme = line(SCALE[:6] * 2)
    early = score_of(*theme, bars=3)
    late = score_of(*line([90] * 8), *(replace(note, start=note.start + 192) for note in theme), bars=5)

    assert runs(late)[-1:] == runs(early)
    assert len(set(runs(late))) == 3


def test_how_notes_are_played_and_by_whom_makes_no_difference() -> None:
    plain = tune(3)
    shaped = replace(plain, notes=tuple(replace(note, velocity=110, duration=12) for note in plain.notes))
    other = replace(plain, notes=tuple(replace(note, part=Part.BASS) for note in plain.notes))

    assert runs(shaped) == runs(other) == runs(plain)


def test_one_other_note_makes_another_run() -> None:
    notes = tune(3).notes
    other = score_of(replace(notes[0], pitch=notes[0].pitch + 1), *notes[1:], bars=3)
    later = score_of(*notes[:-1], replace(notes[-1], start=notes[-1].start + 1), bars=3)

    assert len({*runs(tune(3)), *runs(other), *runs(later)}) == 3


def test_a_silent_bar_is_in_no_run() -> None:
    notes = [note for note in tune(7).notes if note.start // FOUR_FOUR.bar_ticks != 3]

    assert len(runs(score_of(*notes, bars=7))) == 2


def test_what_was_learned_is_known_again_and_other_music_is_not(data: Dataset, tmp_path: Path) -> None:
    number = copy_check.write_runs(data, tmp_path / "heard.npz")

    known = copy_check.load_runs(tmp_path / "heard.npz")

    assert len(known) == number > 10
    assert (np.diff(known.astype(np.int64)) > 0).all()
    shares = {}
    for split in ("train", "test"):
        entry = data.of(split)[0]
        tokens, metre = data.tokens[entry.start : entry.start + entry.length], parse_metre(entry.metre)
        shares[split] = copy_check.copied_runs(tokens, metre, known) / len(copy_check.bar_runs(tokens, metre))
    assert shares == {"train": 1.0, "test": 0.0}


def test_where_nothing_is_known_nothing_is_copied(data: Dataset) -> None:
    assert copy_check.copied_runs(data.tokens, FOUR_FOUR, np.array([], np.uint64)) == 0


@pytest.mark.parametrize("damage", ["missing", "cut short", "another vocabulary"])
def test_file_that_does_not_fit_is_refused(data: Dataset, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "heard.npz"
    copy_check.write_runs(data, path)
    if damage == "missing":
        path.unlink()
    elif damage == "cut short":
        path.write_bytes(path.read_bytes()[:100])
    else:
        np.savez_compressed(path, planes=np.zeros((4, 1), np.uint8), vocabulary=np.array("0123"))

    with pytest.raises(MachineError, match=r"make it again: .*python -m training fixture --data"):
        copy_check.load_runs(path)
