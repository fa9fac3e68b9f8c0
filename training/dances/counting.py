"""Tunes -> tables of their bars, chords, rhythms and steps."""

from __future__ import annotations

import json
import string
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from composer.dances.tables import CHORDS, DEGREES, FARTHEST, PART, SPANS, step_of
from composer.errors import RequestError
from composer.files import write_atomically
from composer.grammar.chords import chord_of
from composer.music.analysis import chroma
from composer.music.score import Mode, Part
from training.corpus.style_profiles import score_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from composer.music.score import Note, Score
    from training.corpus.dataset import CorpusEntry, Dataset

_FEWEST_TIMES = 3
_MOST_FORMS, _MOST_RHYTHMS = 40, 40
_GRIDS = (6, 8)
"""Ticks of a sixteenth, and of an eighth in a triplet: bars with other rhythms are left out."""

_PRESENT, _SEVENTH, _APPLIED = 0.1, 0.06, 0.12
"""What a chord gains by having all its tones, and what a seventh or an applied dominant has to explain more."""

_USUAL = {"I": 0.06, "i": 0.06, "V": 0.03, "V7": 0.03, "IV": 0.02}
"""What the commonest chords gain where a lone melody leaves it open."""


@dataclass(frozen=True, slots=True)
class CountedKind:
    """A kind of tune, as the corpus has it.

    Attributes:
        collection: Set that it is in.
        metre: Its metre there.
        chords: Key of `CHORDS`.
        words: Part of the name of the file; empty for every file of the set.
    """

    collection: str
    metre: str
    chords: str
    words: str = ""

    def holds(self, entry: CorpusEntry) -> bool:
        """Whether a section is of this kind."""
        return (entry.collection, entry.metre) == (self.collection, self.metre) and self.words in entry.name


KINDS: Mapping[str, CountedKind] = {
    "reel": CountedKind("cre-irish", "4/4", "folk"),
    "jig": CountedKind("cre-irish", "6/8", "folk"),
    "rag": CountedKind("mutopia-piano", "2/4", "rag", "JoplinS"),
}


@dataclass(slots=True)
class _Counts:
    """What is counted of one kind in one mode."""

    tunes: set[str] = field(default_factory=set)
    forms: Counter[str] = field(default_factory=Counter)
    rhythms: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    stand: list[Counter[str]] = field(default_factory=lambda: [Counter() for _ in range(PART * SPANS)])
    follow: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    intervals: dict[str, dict[int, Counter[int]]] = field(
        default_factory=lambda: {where: defaultdict(Counter) for where in ("on", "off")}
    )
    degrees: dict[str, dict[str, Counter[int]]] = field(
        default_factory=lambda: {where: defaultdict(Counter) for where in ("on", "off")}
    )
    centres: Counter[int] = field(default_factory=Counter)
    heights: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, score: Score, chords: tuple[str, ...]) -> None:
        """Count a tune, part by part."""
        bar = score.metre.bar_ticks
        line = [note for note in _top_line(score) if note.start >= score.opening]
        first = score.upbeat_bars
        centre = _centre_of(line, score)
        self.centres[centre % DEGREES] += 1
        parts = (score.bars - first) // PART
        for number in range(parts):
            start = (first + number * PART) * bar
            notes = [note for note in line if start <= note.start < start + PART * bar]
            if notes:
                self._add_part(score, notes, start, chords, centre=centre, turned=number >= parts // 2)

    def _add_part(
        self, score: Score, notes: list[Note], start: int, chords: tuple[str, ...], *, centre: int, turned: bool
    ) -> None:
        bar = score.metre.bar_ticks
        bars: list[tuple[tuple[int, int], ...]] = [
            tuple((note.start - start - place * bar, note.pitch) for note in notes if _in_bar(note, start, place, bar))
            for place in range(PART)
        ]
        letters = {own: string.ascii_uppercase[place] for place, own in enumerate(dict.fromkeys(bars))}
        self.forms["".join(letters[own] for own in bars)] += 1
        for place, own in enumerate(bars):
            onsets = [tick for tick, _ in own]
            if onsets[:1] == [0] and any(all(tick % grid == 0 for tick in onsets) for grid in _GRIDS):
                self.rhythms["close" if place == PART - 1 else "bar"][" ".join(map(str, onsets))] += 1
        named = _named_spans(score, start, chords)
        for before, span in zip(("", *named), range(PART * SPANS), strict=False):
            self.stand[span][named[span]] += 1
            self.follow[before][named[span]] += 1
        self._add_steps(score, notes, start, named, centre=centre, turned=turned)

    def _add_steps(
        self, score: Score, notes: list[Note], start: int, named: list[str], *, centre: int, turned: bool
    ) -> None:
        span, before, interval = score.metre.bar_ticks // SPANS, None, 0
        for note in notes:
            name = named[(note.start - start) // span]
            step = step_of(note.pitch, chord_of(name, score.key), score.key)
            where = "on" if (note.start - start) % score.metre.beat_ticks == 0 else "off"
            if step is not None:
                self.degrees[where][name][step % DEGREES] += 1
                self.heights["turn" if turned else "first"][step - centre] += 1
                if before is not None:
                    moved = _clipped(step - before)
                    self.intervals[where][interval][moved] += 1
                    interval = moved
            before = step

    def told(self) -> dict[str, Any]:
        """The tables, as `composer.dances.tables` reads them."""
        common = sum(self.stand, Counter[str]())
        return {
            "tunes": len(self.tunes),
            "forms": _often(self.forms, _MOST_FORMS),
            "rhythms": {place: _often(rows, _MOST_RHYTHMS) for place, rows in sorted(self.rhythms.items())},
            "stand": [dict(sorted(row.items())) for row in self.stand],
            "follow": {name: dict(sorted(row.items())) for name, row in sorted(self.follow.items())},
            "common": dict(sorted(common.items())),
            "intervals": {
                where: {str(own): _by_number(row) for own, row in sorted(rows.items())}
                for where, rows in self.intervals.items()
            },
            "degrees": {
                where: {name: [row[degree] for degree in range(DEGREES)] for name, row in sorted(rows.items())}
                for where, rows in self.degrees.items()
            },
            "centres": [self.centres[degree] for degree in range(DEGREES)],
            "heights": {place: _by_number(row) for place, row in sorted(self.heights.items())},
        }


def count_dances(data: Dataset) -> dict[str, Any]:
    """The tables of each of `KINDS`, by mode, and whose music was counted; only of the training split.

    Raises:
        RequestError: If a kind has no tune in the data.
    """
    counts: dict[str, dict[str, _Counts]] = {kind: defaultdict(_Counts) for kind in KINDS}
    found = set()
    for entry in data.of("train"):
        for name, kind in KINDS.items():
            if kind.holds(entry):
                score = score_of(data, entry)
                chords = CHORDS[kind.chords].get(score.key.mode)
                if chords is not None:
                    own = counts[name][score.key.mode.name.lower()]
                    own.tunes.add(entry.name)
                    own.add(score, chords)
                    found.add((entry.collection, entry.licence))
    if missing := [name for name, modes in counts.items() if not modes]:
        raise RequestError(f"no {missing[0]} in the data; prepare {KINDS[missing[0]].collection} as well")
    return {
        "sources": [{"name": name, "licence": licence} for name, licence in sorted(found)],
        "kinds": {kind: {mode: own.told() for mode, own in sorted(modes.items())} for kind, modes in counts.items()},
    }


def save(tables: dict[str, Any], path: Path) -> None:
    """Write the tables.

    Raises:
        OutputError: If they cannot be written there.
    """
    write_atomically(path, f"{json.dumps(tables, ensure_ascii=False, separators=(',', ':'))}\n".encode())


def _top_line(score: Score) -> list[Note]:
    """The highest note of the melody at each onset."""
    highest: dict[int, Note] = {}
    for note in score.notes:
        if note.part is Part.MELODY and (note.start not in highest or note.pitch > highest[note.start].pitch):
            highest[note.start] = note
    return [highest[start] for start in sorted(highest)]


def _centre_of(line: list[Note], score: Score) -> int:
    """The step in the middle of a tune's."""
    tonic = chord_of("I" if score.key.mode is Mode.MAJOR else "i", score.key)
    steps = sorted(step for note in line if (step := step_of(note.pitch, tonic, score.key)) is not None)
    return steps[len(steps) // 2] if steps else 0


def _in_bar(note: Note, start: int, place: int, bar: int) -> bool:
    return place * bar <= note.start - start < (place + 1) * bar


def _named_spans(score: Score, start: int, chords: tuple[str, ...]) -> list[str]:
    """The chord that explains each span of a part best."""
    span = score.metre.bar_ticks // SPANS
    first = start // span
    weights = chroma(score.notes, span, first + PART * SPANS)[first:]
    return [max(chords, key=lambda name: _fit(name, row, score)) for row in weights]


def _fit(name: str, weights: Any, score: Score) -> float:  # noqa: ANN401 - a row of numbers
    chord = chord_of(name, score.key)
    share = sum(weights[tone] for tone in chord.pitch_classes) / max(float(weights.sum()), 1e-9)
    present = sum(weights[tone] > 0 for tone in chord.pitch_classes[:3]) / 3
    dear = _SEVENTH * (chord.seventh is not None) + _APPLIED * ("/" in name)
    return float(share + _PRESENT * present - dear + _USUAL.get(name, 0.0))


def _clipped(interval: int) -> int:
    return max(-FARTHEST, min(FARTHEST, interval))


def _often(counts: Counter[str], most: int) -> dict[str, int]:
    return {name: times for name, times in counts.most_common(most) if times >= _FEWEST_TIMES}


def _by_number(counts: Counter[int]) -> dict[str, int]:
    return {str(number): times for number, times in sorted(counts.items()) if times >= _FEWEST_TIMES}
