from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.training.polyphonic.tunes import rolls, table
from training.polyphonic import batches
from training.polyphonic.batches import Draws
from training.polyphonic.rolls import PianoRolls

if TYPE_CHECKING:
    from training.polyphonic.features import FeatureTable


def changed_from(music: PianoRolls, frame: int, rng: np.random.Generator) -> PianoRolls:
    """The same with another last piece from that frame on."""
    frames = music.frames.copy()
    frames[frame:] = rng.random(frames[frame:].shape) < 0.1
    return PianoRolls(frames=frames, starts=music.starts, splits=music.splits)


def inputs(data: FeatureTable, frames: range) -> list[np.ndarray]:
    """All that a network reads in the steps of some frames."""
    index = np.flatnonzero((data.steps.frame >= frames.start) & (data.steps.frame < frames.stop))
    return [np.asarray(one) for one in batches.cut_window(data, index[None]).inputs]


@pytest.mark.parametrize("serial", [True, False])
def test_future_frames_change_nothing(rng: np.random.Generator, *, serial: bool) -> None:
    music = rolls(rng)
    first = int(music.starts[3])
    for present in (first + 2, first + 7, first + 14):
        other = changed_from(music, present + 1, rng)

        before, after = (inputs(table(its, serial=serial), range(first + 1, present + 1)) for its in (music, other))

        for one, same in zip(before, after, strict=True):
            np.testing.assert_array_equal(one, same)


@pytest.mark.parametrize("serial", [True, False])
def test_frame_itself_is_seen_only_as_far_as_it_is_written(rng: np.random.Generator, *, serial: bool) -> None:
    music = rolls(rng)
    present = int(np.flatnonzero(music.frames.sum(1) > 2)[-1])
    notes = np.flatnonzero(music.frames[present])
    frames = music.frames.copy()
    frames[present, notes[1] + 1 :] = ~frames[present, notes[1] + 1 :]
    other = PianoRolls(frames=frames, starts=music.starts, splits=music.splits)

    before, after = (inputs(table(its, serial=serial), range(present, present + 1)) for its in (music, other))

    for one, same in zip(before, after, strict=True):
        np.testing.assert_array_equal(one[:, :3], same[:, :3])


def test_music_in_another_key_reads_the_same_but_for_register(rng: np.random.Generator) -> None:
    music = rolls(rng)
    # In the middle, so that nothing that is moved falls off the keyboard.
    middle = np.pad(music.frames[:, :16], ((0, 0), (35, 37)))
    middle[music.starts[:-1], 40] = True
    shown = [
        inputs(table(PianoRolls(frames=frames, starts=music.starts, splits=music.splits), serial=True), range(70, 90))
        for frames in (middle, np.roll(middle, 5, axis=1))
    ]

    differing = np.flatnonzero((shown[0][1] != shown[1][1]).any(axis=(0, 1)))
    assert len(differing) <= 1
    np.testing.assert_array_equal(shown[0][0], shown[1][0])


def test_windows_come_from_the_pieces_named(rng: np.random.Generator) -> None:
    data = table(rolls(rng, lengths=(3, 40, 18, 20)), serial=True)

    batch = Draws(data, [0, 1], seed=1).draw(64, 40)

    assert batch.features.shape[:2] == (64, 40)
    assert batch.counted.sum(1).min() == data.steps.starts[1]
    assert batch.counted.sum(1).max() == 40
    assert not batch.features[batch.counted == 0].any()


def test_whole_pieces_are_each_laid_out_once(rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_MEASURED_TOGETHER", 100)
    data = table(rolls(rng), serial=True)

    laid = [index[index >= 0] for index, _ in batches.whole_pieces(data, [1, 3])]

    assert len(laid) == 2
    expected = [np.arange(data.steps.starts[piece], data.steps.starts[piece + 1]) for piece in (3, 1)]
    np.testing.assert_array_equal(np.concatenate(laid), np.concatenate(expected))
