from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from composer.novelty.heard import load_heard
from composer.novelty.melody import SHORTEST, melody_runs
from tests.training.corpora import small_dataset
from training.corpus.style_profiles import score_of
from training.evaluation.novelty import write_heard

if TYPE_CHECKING:
    from pathlib import Path


def test_what_was_learned_is_known_note_for_note_and_held_out_music_is_not(tmp_path: Path) -> None:
    data = small_dataset(tmp_path / "corpus")

    written = write_heard(data, tmp_path / "heard.npz")

    heard = load_heard(tmp_path / "heard.npz")
    assert np.array_equal(heard.runs, written.runs)
    assert heard.people == written.people
    for entry in data.of("train"):
        notes = score_of(data, entry).notes
        runs = melody_runs(notes)
        assert heard.are_known(runs[runs != 0]).all()
    shared = [heard.longest_shared_run(score_of(data, entry).notes) for entry in data.of("test")]
    assert min(shared) == SHORTEST - 1
