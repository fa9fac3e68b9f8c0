"""The plots of a survey: what is drawn, and what is said about it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from composer.music.intervals import INTERVALS, LARGEST_INTERVAL
from composer.music.score import PITCH_CLASSES, Part
from training.corpus.style_statistics import EDGES
from training.survey.counts import OFTEN, UNKNOWN, often
from training.survey.plots import Plot, draw_bars, draw_rank_curve, draw_ranking

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterator, Sequence

    from training.survey.counts import Survey

_T = TypeVar("_T")

PITCH_NAMES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")

_MOST_SHOWN = 30
"""Bars of a ranking that are drawn; its table holds all."""

_LENGTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
"""Bars at which the classes of length begin."""

_OCCURRENCES = (1, 2, 5, 10, OFTEN, 100, 1000, 10_000)
"""Times at which the classes of occurrence begin."""

_DRUMS = {
    35: "bass drum 2", 36: "bass drum", 37: "side stick", 38: "snare drum", 39: "hand clap", 40: "snare drum 2",
    41: "low floor tom", 42: "closed hi-hat", 43: "high floor tom", 44: "pedal hi-hat", 45: "low tom",
    46: "open hi-hat", 47: "low-mid tom", 48: "high-mid tom", 49: "crash cymbal", 50: "high tom", 51: "ride cymbal",
    52: "Chinese cymbal", 53: "ride bell", 54: "tambourine", 55: "splash cymbal", 56: "cowbell", 57: "crash cymbal 2",
    59: "ride cymbal 2",
}  # fmt: skip
"""General MIDI percussion keys by name; rarer ones go by their number."""


def draw_plots(survey: Survey) -> list[Plot]:
    """All plots, in the order in which they are read."""
    plots = (_of_pitch, _of_time, _of_players, _of_origin)
    return [plot for draw in plots for plot in draw(survey)]


def pitch_name(pitch: int) -> str:
    """A MIDI pitch as people write it: C4 for 60, C♯5 for 73."""
    return f"{PITCH_NAMES[pitch % PITCH_CLASSES]}{pitch // PITCH_CLASSES - 1}"


def chord_name(bits: int) -> str:
    """The pitch classes of a chord, from C upwards: C E G."""
    return " ".join(name for number, name in enumerate(PITCH_NAMES) if bits >> number & 1)


def _of_pitch(survey: Survey) -> Iterator[Plot]:
    pitches = range(min(survey.pitches, default=0), max(survey.pitches, default=0) + 1)
    yield Plot(
        name="pitches",
        title="Pitches",
        about=f"Notes by the pitch at which they sound. {_how_often(survey.pitches, 'pitches')}",
        head=("pitch", "notes"),
        rows=_rows(survey.pitches, pitch_name),
        png=draw_bars([pitch_name(one) for one in pitches], [survey.pitches[one] for one in pitches], unit="notes"),
    )
    yield _ranking(
        "chords",
        "Chords",
        f"Two notes and more that are struck together, by their pitch classes. {_how_often(survey.chords, 'chords')} "
        f"Beside them, {survey.single_notes:,} notes are struck alone.",
        ("chord", "onsets"),
        _rows(survey.chords, chord_name),
    )
    if survey.chords:
        yield Plot(
            name="chord-ranks",
            title="Common and rare chords",
            about=f"How often each chord occurs, the commonest first. Below the line stand those under {OFTEN} times.",
            head=("times", "chords"),
            rows=_by_occurrence(survey.chords),
            png=draw_rank_curve(list(survey.chords.values()), least=OFTEN, unit="onsets"),
        )
    names = [f"{step:+d}" if step else "0" for step in INTERVALS]
    yield Plot(
        name="intervals",
        title="Intervals of the melody",
        about=f"Semitones from one note of the top line to the next; {LARGEST_INTERVAL} stands for all farther leaps.",
        head=("semitones", "steps"),
        rows=[(name, f"{survey.intervals[step]:,}") for name, step in zip(names, INTERVALS, strict=True)],
        png=draw_bars(names, [survey.intervals[step] for step in INTERVALS], unit="steps"),
    )


def _of_time(survey: Survey) -> Iterator[Plot]:
    yield _ranking("keys", "Keys", "Bars by the key in which they were written.", ("key", "bars"), _rows(survey.keys))
    yield _ranking("metres", "Metres", "Bars by metre.", ("metre", "bars"), _rows(survey.metres))
    names = [f"{low:.0f} to {high:.0f}" for low, high in pairwise(EDGES)]
    names[0], names[-1] = f"under {EDGES[1]:.0f}", f"from {EDGES[-2]:.0f} on"
    counted = [survey.tempos[number] for number in range(1, len(names) + 1)]
    yield Plot(
        name="tempos",
        title="Tempos",
        about=f"Sections by felt beats a minute; of {survey.tempos[0]:,} the tempo is not known.",
        head=("beats a minute", "sections"),
        rows=[(name, f"{count:,}") for name, count in zip(names, counted, strict=True)],
        png=draw_bars(names, counted, unit="sections"),
    )
    spans, counts = _classes(survey.lengths, _LENGTHS)
    yield Plot(
        name="lengths",
        title="Lengths",
        about=f"Sections by their number of bars; {np.median(survey.lengths or [0]):.0f} is the median.",
        head=("bars", "sections"),
        rows=[(span, f"{count:,}") for span, count in zip(spans, counts, strict=True)],
        png=draw_bars(spans, counts, unit="sections"),
    )


def _of_players(survey: Survey) -> Iterator[Plot]:
    yield _ranking(
        "styles",
        "Who plays",
        "Bars by style, which says which instruments play. Single instruments are not kept in a prepared corpus.",
        ("style", "bars"),
        _rows(survey.styles),
    )
    names = {part: part.name.lower() for part in Part}
    yield _ranking(
        "parts", "Parts", "Notes by the part that they play.", ("part", "notes"), _rows(survey.parts, names.get)
    )
    if survey.drums:
        drums = _rows(survey.drums, lambda key: _DRUMS.get(key, f"key {key}"))
        yield _ranking("drums", "Drums", "Strokes by percussion instrument.", ("instrument", "strokes"), drums)


def _of_origin(survey: Survey) -> Iterator[Plot]:
    named = len(survey.composers) - (UNKNOWN in survey.composers)
    yield _ranking(
        "composers", "Who wrote it", f"Notes by composer, of whom {named} are known.", ("composer", "notes"),
        _rows(survey.composers),
    )  # fmt: skip
    yield _ranking(
        "collections", "Where it comes from", "Notes by set, with its licence.", ("set and licence", "notes"),
        _rows(survey.collections, " · ".join),
    )  # fmt: skip


def _ranking(name: str, title: str, about: str, head: tuple[str, str], rows: Sequence[tuple[str, str]]) -> Plot:
    """A plot of the first of its rows."""
    shown = rows[:_MOST_SHOWN]
    values = [int(value.replace(",", "")) for _, value in shown]
    png = draw_ranking([label for label, _ in shown], values, unit=head[1])
    return Plot(name=name, title=title, about=about, head=head, rows=rows, png=png)


def _rows(counts: Counter[_T], name: Callable[[_T], object] = str) -> list[tuple[str, str]]:
    """Names and counts, the greatest first; of equals in the order of their names."""
    named = [(str(name(what)), count) for what, count in counts.items() if count]
    return [(label, f"{count:,}") for label, count in sorted(named, key=lambda row: (-row[1], row[0]))]


def _how_often(counts: Counter[int], what: str) -> str:
    return f"There are {len(counts):,} different {what}, of which {often(counts):,} occur at least {OFTEN} times."


def _by_occurrence(counts: Counter[int]) -> list[tuple[str, str]]:
    """How many occur once, 2 to 4 times and so on."""
    spans, found = _classes(list(counts.values()), _OCCURRENCES)
    return [(span, f"{count:,}") for span, count in zip(spans, found, strict=True)]


def _classes(values: Sequence[int], edges: Sequence[int]) -> tuple[list[str], list[int]]:
    """Names of the classes that begin at `edges`, and how many values are in each."""
    counts, _ = np.histogram(values, [*edges, np.inf])
    spans = [f"{low:,} to {high - 1:,}" if high - low > 1 else f"{low:,}" for low, high in pairwise(edges)]
    return [*spans, f"from {edges[-1]:,} on"], counts.tolist()
