"""A prepared corpus told otherwise: in other keys, on a coarser grid, with less beside each token."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from composer.music.score import Part
from composer.parsing import parse_metre
from composer.tokens import features, position, tokenizer, vocabulary
from composer.tokens.vocabulary import Kind
from training.corpus.batches import Batch
from training.corpus.dataset import CorpusEntry, Dataset, tracked_rows
from training.corpus.style_profiles import score_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from composer.music.score import Note, Score

SHIFTS = range(-6, 6)
"""Semitones by which C major and A minor are moved: into every key, by the shorter way."""

GRID = 2
"""Ticks of the coarser grid: 12 a quarter. What it cannot hold has tokens of its own, so that rounding the notes
onto it leaves a smaller vocabulary that is otherwise the same."""

_PITCHES = vocabulary.token_range(Kind.PITCH)
_SETS = slice(
    features.POSITION_WIDTH - 8 * position.SOURCES * position.PITCH_BYTES,
    features.POSITION_WIDTH,
)
"""Where the features have the sets of pitches that stood in earlier bars, `vocabulary.KEYS` for each source."""

_DURATIONS = tuple(ticks for ticks in vocabulary.DURATIONS if ticks % GRID == 0)


class Transposing:
    """Moves every window of a batch by semitones of its own, drawn from `SHIFTS` as far as the keyboard reaches."""

    def __init__(self, *, seed: int) -> None:
        self._rng = np.random.default_rng(seed)

    def __call__(self, batch: Batch) -> Batch:
        """The batch in other keys: tokens, targets and the pitches that stood in earlier bars."""
        moved = Batch(batch.tokens.copy(), batch.features.copy(), batch.targets.copy())
        for row in range(len(batch.tokens)):
            sets = _keyboards(moved.features[row, :, _SETS])
            tokens = np.append(batch.tokens[row], batch.targets[row, -1:])
            semitones = _within_reach(int(self._rng.choice(SHIFTS)), tokens, sets)
            moved.tokens[row] = _move_pitches(batch.tokens[row], semitones)
            moved.targets[row] = _move_pitches(batch.targets[row], semitones)
            moved.features[row, :, _SETS] = np.roll(sets, semitones, axis=-1).reshape(len(sets), -1)
        return moved


def in_own_keys(data: Dataset, split: str) -> Dataset:
    """The sections of a split in the keys that they were written in, as far as the keyboard reaches."""
    tokens, rows = data.tokens.copy(), data.rows.copy()
    for entry in data.of(split):
        here = slice(entry.start, entry.start + entry.length)
        sets = _keyboards(np.unpackbits(rows[here, position.PITCHES : position.WIDTH], axis=-1, bitorder="little"))
        semitones = _within_reach(-entry.transposition, tokens[here], sets)
        tokens[here] = _move_pitches(tokens[here], semitones)
        bits = np.roll(sets, semitones, axis=-1).reshape(entry.length, -1)
        rows[here, position.PITCHES : position.WIDTH] = np.packbits(bits, axis=-1, bitorder="little")
    return Dataset(tokens, rows, data.entries)


def _keyboards(bits: NDArray[Any]) -> NDArray[Any]:
    """Sets of pitches of shape (time, sources * KEYS) as (time, sources, KEYS)."""
    return bits.reshape(len(bits), position.SOURCES, vocabulary.KEYS)


def _within_reach(semitones: int, tokens: NDArray[Any], sets: NDArray[Any]) -> int:
    """`semitones`, or as many of them as leave every pitch on the keyboard."""
    struck = (tokens[_are_pitches(tokens)].astype(int) - _PITCHES.start) % vocabulary.KEYS
    keys = np.concatenate([struck, np.flatnonzero(sets.any(axis=(0, 1)))])
    if not len(keys):
        return semitones
    return min(max(semitones, -int(keys.min())), vocabulary.KEYS - 1 - int(keys.max()))


def _are_pitches(tokens: NDArray[Any]) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (tokens >= _PITCHES.start) & (tokens < _PITCHES.stop)
    return inside


def _move_pitches(tokens: NDArray[Any], semitones: int) -> NDArray[Any]:
    # The pitches of a part stand side by side, lowest first.
    return np.where(_are_pitches(tokens), tokens.astype(int) + semitones, tokens).astype(tokens.dtype)


def without_position(data: Dataset) -> Dataset:
    """Nothing beside a token but the conditions: no place in bar and piece, nothing of earlier bars."""
    rows = np.zeros_like(data.rows)
    rows[:, position.NEXT_ONSETS : position.PITCHES] = position.NO_ONSET
    return Dataset(data.tokens, rows, data.entries)


def without_lags(data: Dataset) -> Dataset:
    """Nothing of what stood 4 and 8 bars before at the same place; the echo stays."""
    lags = len(position.LAGS)
    rows = data.rows.copy()
    rows[:, position.NEXT_ONSETS : position.NEXT_ONSETS + lags] = position.NO_ONSET
    rows[:, position.PITCHES : position.PITCHES + lags * position.PITCH_BYTES] = 0
    return Dataset(data.tokens, rows, data.entries)


def part_of(data: Dataset, entries: Sequence[CorpusEntry]) -> Dataset:
    """Some sections of a corpus, in its order."""
    spans = [slice(entry.start, entry.start + entry.length) for entry in entries]
    starts = np.cumsum([0, *(entry.length for entry in entries)]).tolist()
    return Dataset(
        np.concatenate([data.tokens[span] for span in spans]),
        np.concatenate([data.rows[span] for span in spans]),
        tuple(replace(entry, start=start) for entry, start in zip(entries, starts, strict=False)),
    )


def with_coarser_grid(data: Dataset) -> Dataset:
    """Every section on a grid of 12 ticks a quarter instead of 24, with the positions that belong to it."""
    sections = [_coarsen_section(data, entry) for entry in data.entries]
    starts = np.cumsum([0, *(len(tokens) for tokens, _, _ in sections)]).tolist()
    entries = [
        replace(entry, start=start, length=stop - start, notes=notes)
        for entry, (start, stop), (_, _, notes) in zip(data.entries, pairwise(starts), sections, strict=True)
    ]
    return Dataset(
        np.concatenate([tokens for tokens, _, _ in sections]),
        np.concatenate([rows for _, rows, _ in sections]),
        tuple(entries),
    )


def _coarsen_section(data: Dataset, entry: CorpusEntry) -> tuple[NDArray[np.uint16], NDArray[np.uint8], int]:
    """Tokens, position rows and number of notes of a section on the coarser grid."""
    score = on_coarser_grid(score_of(data, entry))
    tokens = tokenizer.encode(score)
    bars_after = int(data.rows[entry.start + entry.length - 1, position.BARS_LEFT])
    rows = tracked_rows(tokens, parse_metre(entry.metre), bars=score.bars + bars_after)
    return np.array(tokens, np.uint16), rows[:, : data.rows.shape[1]], len(score.notes)


def on_coarser_grid(score: Score) -> Score:
    """The score with every onset moved back and every duration moved to the nearest of a grid of `GRID` ticks."""
    rounded = replace(score, notes=tuple(_round_note(note) for note in score.notes))
    # Where a key is struck again `quantised` shortens the note before, maybe to what the grid does not hold.
    return replace(score, notes=tuple(_shorten_note(note) for note in tokenizer.quantised(rounded).notes))


def _round_note(note: Note) -> Note:
    nearest = min(_DURATIONS, key=lambda known: max(known, note.duration) / min(known, note.duration))
    return replace(note, start=note.start // GRID * GRID, duration=nearest)


def _shorten_note(note: Note) -> Note:
    if note.part is Part.DRUMS or note.duration in _DURATIONS:
        return note
    return replace(note, duration=max(known for known in _DURATIONS if known < note.duration))


def off_coarser_grid(data: Dataset) -> float:
    """Share of the onsets that a grid of 12 ticks a quarter cannot hold."""
    positions = vocabulary.token_range(Kind.POSITION)
    inside = (data.tokens >= positions.start) & (data.tokens < positions.stop)
    ticks = data.tokens[inside].astype(int) - positions.start
    return float((ticks % GRID != 0).mean()) if len(ticks) else 0.0
