from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.music.score import Note, Part
from composer.parsing import parse_metre
from composer.tokens import features, position, tokenizer, vocabulary
from composer.tokens.vocabulary import Kind
from tests.composer.pieces import line, score_of
from tests.training.corpora import small_dataset
from training.corpus.batches import whole_section
from training.corpus.dataset import narrowed, tracked_rows
from training.corpus.style_profiles import score_of as section_of
from training.evaluation import variants

if TYPE_CHECKING:
    from pathlib import Path

    from training.corpus.dataset import Dataset


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return narrowed(small_dataset(tmp_path_factory.mktemp("corpus")), features.PLAIN)


def moved(data: Dataset, semitones: int) -> Dataset:
    """A corpus whose held-out sections come from `semitones` above C major and A minor."""
    return replace(data, entries=tuple(replace(entry, transposition=-semitones) for entry in data.entries))


def test_held_out_sections_are_in_their_own_keys_and_their_positions_say_so(data):
    told = variants.in_own_keys(moved(data, 3), "valid")

    (entry,) = data.of("valid")
    here = slice(entry.start, entry.start + entry.length)
    expected = tokenizer.encode(section_of(data, entry).transposed(3))
    assert told.tokens[here].tolist() == expected
    rows = tracked_rows(expected, parse_metre(entry.metre), bars=entry.bars)
    assert np.array_equal(told.rows[here], rows[:, : position.WIDTH])
    assert np.array_equal(told.tokens[: entry.start], data.tokens[: entry.start])


def test_no_section_is_moved_off_the_keyboard(data):
    told = variants.in_own_keys(moved(data, 80), "valid")

    (entry,) = told.of("valid")
    assert max(note.pitch for note in section_of(told, entry).notes) == vocabulary.HIGHEST_PITCH


def test_a_transposed_window_is_what_the_transposed_piece_would_be(data):
    entry = data.of("valid")[0]
    window = whole_section(data, entry, longest=200)

    found = variants.Transposing(seed=1)(window)

    pitches = vocabulary.token_range(Kind.PITCH)
    first = next(place for place, token in enumerate(window.tokens[0]) if token in pitches)
    semitones = int(found.tokens[0, first]) - int(window.tokens[0, first])
    own = whole_section(variants.in_own_keys(moved(data, semitones), "valid"), entry, longest=200)
    assert semitones in variants.SHIFTS
    assert semitones
    assert np.array_equal(found.tokens, own.tokens)
    assert np.array_equal(found.targets, own.targets)
    assert np.array_equal(found.features, own.features)


def test_transposing_leaves_the_batch_that_it_is_given_alone(data):
    window = whole_section(data, data.of("valid")[0], longest=50)
    before = window.features.copy()

    variants.Transposing(seed=1)(window)

    assert np.array_equal(window.features, before)


def test_without_lags_only_the_echo_is_left_of_earlier_bars(data):
    rows = variants.without_lags(data).rows

    echo = position.PITCHES + len(position.LAGS) * position.PITCH_BYTES
    assert (rows[:, position.NEXT_ONSETS : position.NEXT_ONSETS + len(position.LAGS)] == position.NO_ONSET).all()
    assert not rows[:, position.PITCHES : echo].any()
    assert np.array_equal(rows[:, echo:], data.rows[:, echo:])
    assert np.array_equal(rows[:, : position.NEXT_ONSETS], data.rows[:, : position.NEXT_ONSETS])


def test_without_the_position_all_places_look_alike(data):
    rows = variants.without_position(data).rows

    assert len(np.unique(rows, axis=0)) == 1


def test_a_part_of_a_corpus_holds_the_chosen_sections(data):
    chosen = [data.entries[0], *data.of("test")]

    part = variants.part_of(data, chosen)

    assert [entry.name for entry in part.entries] == [entry.name for entry in chosen]
    for now, was in zip(part.entries, chosen, strict=True):
        assert np.array_equal(
            part.rows[now.start : now.start + now.length], data.rows[was.start : was.start + was.length]
        )


def test_the_coarser_grid_holds_what_is_on_it(data):
    told = variants.with_coarser_grid(data)

    assert np.array_equal(told.tokens, data.tokens)
    assert np.array_equal(told.rows, data.rows)
    assert told.entries == data.entries
    assert variants.off_coarser_grid(data) == 0


def test_the_coarser_grid_moves_32nds_back_and_shortens_what_is_struck_again():
    score = score_of(*line([60, 62, 60, 64], step=3), *line([48, 48], step=21, part=Part.ACCOMPANIMENT))

    rounded = variants.on_coarser_grid(score)

    assert [(note.start, note.duration) for note in rounded.notes if note.part is Part.MELODY] == [
        (0, 4),
        (2, 4),
        (6, 4),
        (8, 4),
    ]
    assert [(note.start, note.duration) for note in rounded.notes if note.part is Part.ACCOMPANIMENT] == [
        (0, 20),
        (20, 20),
    ]


def test_nothing_of_the_finer_grid_is_left(rng):
    starts = rng.integers(0, 180, size=60).tolist()
    notes = [Note(start, int(rng.choice(vocabulary.DURATIONS)), 60 + start % 5, 70, Part.MELODY) for start in starts]

    rounded = variants.on_coarser_grid(tokenizer.quantised(score_of(*notes)))

    assert all(note.start % 2 == note.duration % 2 == 0 for note in rounded.notes)
    assert tokenizer.encode(rounded)


def test_onsets_off_the_coarser_grid_are_counted(tmp_path: Path):
    data = small_dataset(tmp_path)
    tokens = data.tokens.copy()
    positions = vocabulary.token_range(Kind.POSITION)
    onsets = np.flatnonzero((tokens >= positions.start) & (tokens < positions.stop))
    tokens[onsets[::2]] += 1

    share = variants.off_coarser_grid(replace(data, tokens=tokens))

    assert share == pytest.approx(0.5, abs=0.01)
