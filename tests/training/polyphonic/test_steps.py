from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.training.polyphonic.tunes import rolls, table
from training.polyphonic import batches, sources, steps
from training.polyphonic.copying import ABSENT
from training.polyphonic.rolls import join_pieces

if TYPE_CHECKING:
    from training.polyphonic.steps import Steps


def written(decisions: Steps, keys: int, frame: int) -> list[int]:
    """The notes that the steps of a frame write."""
    its = decisions.frame == frame
    notes = decisions.reference[its].astype(int) + decisions.target[its] - (keys - 1)
    assert decisions.target[its][-1] == steps.interval_classes(keys) - 1
    return [int(note) for note in notes[:-1]]


def test_steps_write_every_frame_but_the_first(rng: np.random.Generator) -> None:
    music = rolls(rng, keys=12)
    decisions = steps.serialised_steps(music, sources.find_sources(music))

    for frame in np.flatnonzero(music.time > 0):
        assert written(decisions, 12, int(frame)) == np.flatnonzero(music.frames[frame]).tolist()
    assert not set(decisions.frame) & set(music.starts)


def test_targets_are_always_valid(rng: np.random.Generator) -> None:
    data = table(rolls(rng), serial=True)

    for _, batch in batches.whole_pieces(data, range(4)):
        allowed = np.take_along_axis(batch.valid, batch.targets[..., None].astype(np.int64), axis=-1)[..., 0]
        assert allowed[batch.counted > 0].all()


def test_source_points_at_its_next_note_while_it_agrees() -> None:
    first = [1, 0, 1, 0, 1]
    music = join_pieces([("train", np.array([first, [1, 0, 0, 1, 0]])), ("train", np.array([[0, 1, 0, 0, 0]] * 2))])
    data = table(music, serial=True)

    decisions = data.steps
    its = decisions.frame == 1
    # Written: 0, 3, end. The frame before offers 0, then 2, then 4.
    assert (decisions.pointers[its, 0] - 4 + decisions.reference[its]).tolist() == [0, 2, 4]
    assert decisions.agreed[its, 0].tolist() == [True, True, False]


def test_source_without_further_notes_points_at_the_end() -> None:
    music = join_pieces([("train", np.array([[1, 0, 0]] * 2)), ("valid", np.array([[1, 0, 0]] * 2))])

    decisions = steps.serialised_steps(music, sources.find_sources(music))

    assert decisions.pointers[:2, 0].tolist() == [2, 5]
    assert (decisions.pointers[:2, 1] == ABSENT).all()


def test_independent_steps_show_each_sounding_key(rng: np.random.Generator) -> None:
    music = rolls(rng, keys=12)
    data = table(music, serial=False)

    for index, batch in batches.whole_pieces(data, range(4)):
        real = index >= 0
        sounding = music.frames[data.steps.frame[index[real]]]
        assert np.isfinite(batch.features).all()
        np.testing.assert_array_equal(np.asarray(batch.targets)[real].sum(1), sounding.sum(1))
        np.testing.assert_array_equal(batch.valid[real].sum(1), 12)
