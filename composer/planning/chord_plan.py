"""The chords of a piece, settled before the first note.

A piece stands in C major or A minor here. Each phrase of four bars closes with a cadence or before the dominant, bars
that recall others have their chords, and long pieces have a section in a second key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import TYPE_CHECKING

from composer.music.analysis import find_key
from composer.music.chord_symbol import ALL_SYMBOLS, ChordChange, ChordSymbol, Quality
from composer.music.score import Mode, Note, Part
from composer.planning.chord_model import chord_model, slots_in_bar
from composer.planning.form import recalled_bars, sections_of
from composer.weighted_draw import draw_one

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from composer.music.score import Key
    from composer.planning.chord_model import ChordModel
    from composer.planning.plan import Plan

Bar = tuple[ChordSymbol | None, ...]
"""The chord of each slot of a bar; None leaves it open."""

_TONIC = {Mode.MAJOR: ChordSymbol(0, Quality.MAJOR), Mode.MINOR: ChordSymbol(9, Quality.MINOR)}
_DOMINANT = {Mode.MAJOR: ChordSymbol(7, Quality.MAJOR), Mode.MINOR: ChordSymbol(4, Quality.MAJOR)}
_SEVENTH = {mode: ChordSymbol(chord.root, Quality.DOMINANT_SEVENTH) for mode, chord in _DOMINANT.items()}

_PHRASE_BARS = 4
_TRIES = 24
"""Ways to go on of which one that leads well to the phrase's end is taken."""

_CLOSES = {"cadence": 0.45, "half": 0.35, "open": 0.2}
"""How often a phrase closes with dominant and tonic, on the dominant, or anyhow."""

_SECOND_KEY_FROM = 90.0
"""Seconds from which on a piece has a section in a second key."""

_ROOTS_FROM, _ANY_PART = 36, Part.ACCOMPANIMENT

_AWAY = "B"
"""Section that stands in it."""

_WITH_SEVENTH = 0.5
"""Share of the cadences whose dominant has a seventh."""


@dataclass(slots=True)
class _ChordWriter:
    """Chords bar by bar.

    Attributes:
        slots: Slots in a bar.
        rng: Decides every draw.
        bars: What stands so far.
    """

    slots: int
    rng: np.random.Generator
    bars: list[Bar] = field(default_factory=list)

    def go_on(self, model: ChordModel, bars: int, closing: Sequence[ChordSymbol], *, home: ChordSymbol) -> None:
        """Write so many bars that end with some chords, the best of several tries.

        Args:
            model: Which chord follows.
            bars: Number of bars.
            closing: Chords of the last slots.
            home: Tonic, which is the first chord of a piece.
        """
        before = [chord for bar in self.bars[-2:] for chord in bar if chord is not None]
        opening = [] if before else [home]
        context = [home, home, *before][-2:]
        free = bars * self.slots - len(opening) - len(closing)
        drawn = [self._drawn(model, context, free, first=len(opening)) for _ in range(_TRIES if free > 0 else 1)]
        fits = [self._fit(model, [*context, *chords], closing) for chords in drawn]
        best = drawn[draw_one(fits, self.rng.random()) if sum(fits) else 0]
        chosen = [*opening, *best, *closing][-bars * self.slots :]
        self.bars += [tuple(chosen[at : at + self.slots]) for at in range(0, len(chosen), self.slots)]

    def _drawn(
        self, model: ChordModel, context: Sequence[ChordSymbol], number: int, *, first: int
    ) -> list[ChordSymbol]:
        """So many chords after two others, from a slot of a bar on."""
        chords = list(context)
        for slot in range(first, first + number):
            chances = model.following(slot % self.slots, chords)
            chords.append(ALL_SYMBOLS[draw_one(chances, self.rng.random())])
        return chords[len(context) :]

    def _fit(self, model: ChordModel, chords: Sequence[ChordSymbol], closing: Sequence[ChordSymbol]) -> float:
        """How likely the closing, which ends a bar, is after some chords."""
        chance, so_far = 1.0, list(chords)
        for place, chord in enumerate(closing, -len(closing)):
            chance *= float(model.following(place % self.slots, so_far)[ALL_SYMBOLS.index(chord)])
            so_far.append(chord)
        return chance


def plan_chords(plan: Plan, style: str, seconds: float, rng: np.random.Generator) -> tuple[ChordChange, ...]:
    """Draw the chords of a planned piece, in its key.

    Args:
        plan: The plan, without chords.
        style: Style whose harmony is drawn.
        seconds: Length of the piece.
        rng: Decides every draw.
    """
    upbeat = int(plan.opening > 0)
    writer = _ChordWriter(slots_in_bar(plan.metre), rng, [(None,) * slots_in_bar(plan.metre)] * upbeat)
    recalled = recalled_bars(plan.bars, plan.form, upbeat_bars=upbeat)
    away = _bars_away(plan, upbeat) if seconds >= _SECOND_KEY_FROM else frozenset()
    mode = plan.key.mode
    while len(writer.bars) < plan.bars:
        bar = len(writer.bars)
        earlier = recalled[bar]
        if earlier is not None:
            writer.bars.append(writer.bars[earlier])
            continue
        here = Mode(1 - mode) if bar in away else mode
        free = _free_bars(recalled, bar, upbeat, plan.bars)
        closing = _closing(here, writer, last=bar + free == plan.bars, ends=(bar + free - upbeat) % _PHRASE_BARS == 0)
        writer.go_on(chord_model(style, here), free, closing[-free * writer.slots :], home=_TONIC[here])
    return _changes(writer.bars, plan)


def _bars_away(plan: Plan, upbeat: int) -> frozenset[int]:
    """Bars of the sections in the second key, which is the relative one: it has the same scale."""
    sections = sections_of(plan.bars, plan.form, upbeat_bars=upbeat)
    ends = [*(first for first, _ in sections[1:]), plan.bars]
    return frozenset(
        bar
        for (first, letter), end in zip(sections, ends, strict=True)
        for bar in range(first, end)
        if letter == _AWAY and end < plan.bars
    )


def _free_bars(recalled: Sequence[int | None], bar: int, upbeat: int, bars: int) -> int:
    """Bars from `bar` to the end of its phrase, or to the next one that recalls another."""
    end = min(bars, upbeat + ((bar - upbeat) // _PHRASE_BARS + 1) * _PHRASE_BARS)
    return next((other for other in range(bar + 1, end) if recalled[other] is not None), end) - bar


def _closing(mode: Mode, writer: _ChordWriter, *, last: bool, ends: bool) -> list[ChordSymbol]:
    """Chords of the last slots of a phrase."""
    if last:
        return [_SEVENTH[mode], *[_TONIC[mode]] * writer.slots]
    lot, colour = writer.rng.random(2)
    kind = list(_CLOSES)[draw_one(list(_CLOSES.values()), lot)] if ends else "open"
    if kind == "cadence":
        return [(_SEVENTH if colour < _WITH_SEVENTH else _DOMINANT)[mode], _TONIC[mode]]
    return [_DOMINANT[mode]] if kind == "half" else []


def key_of(bars: Sequence[Sequence[ChordSymbol]]) -> Key:
    """The likeliest key of chords that somebody asks for: that in which they stand, and the first one likely is home.

    Args:
        bars: See `repeat_chords`.
    """
    chords = [*(chord for bar in bars for chord in bar), bars[0][0]]
    notes = [
        Note(place, 1, _ROOTS_FROM + chord.root + (tone != chord.root) * (12 + (tone - chord.root) % 12), 64, _ANY_PART)
        for place, chord in enumerate(chords)
        for tone in chord.pitch_classes
    ]
    return find_key(sorted(notes))


def repeat_chords(plan: Plan, bars: Sequence[Sequence[ChordSymbol]]) -> tuple[ChordChange, ...]:
    """Chords that somebody asked for, over and over, in the piece's own key; the last two bars are the cadence's.

    Args:
        plan: The plan, without chords.
        bars: The chords of each bar, at least one, which share it evenly.
    """
    upbeat, ticks = int(plan.opening > 0), plan.metre.bar_ticks
    found = [
        ChordChange(bar * ticks + place * ticks // len(chords), chord)
        for bar, chords in enumerate(islice(cycle(bars), plan.bars - upbeat), upbeat)
        for place, chord in enumerate(chords)
    ]
    return _with_cadence([ChordChange(0, None), *found] if upbeat else found, plan)


def _with_cadence(changes: Sequence[ChordChange], plan: Plan) -> tuple[ChordChange, ...]:
    """The same, ending as every piece ends: with the dominant seventh and the tonic."""
    move = _TONIC[plan.key.mode].root
    tonic, seventh = (chords[plan.key.mode].transposed(plan.key.tonic - move) for chords in (_TONIC, _SEVENTH))
    beats = plan.metre.bar_ticks // plan.metre.beat_ticks
    end = (plan.bars - 1) * plan.metre.bar_ticks
    start = end - (beats + 1) // 2 * plan.metre.beat_ticks
    kept = [change for change in changes if change.start < max(start, 1)]
    return _joined([*kept, ChordChange(start, seventh), ChordChange(end, tonic)] if plan.bars > 1 else kept)


def _changes(bars: Sequence[Bar], plan: Plan) -> tuple[ChordChange, ...]:
    """Chords of slots in C major or A minor as changes in the piece's key."""
    semitones = plan.key.tonic - _TONIC[plan.key.mode].root
    slot = plan.metre.bar_ticks // len(bars[0])
    chords = [None if chord is None else chord.transposed(semitones) for bar in bars for chord in bar]
    return _with_cadence([ChordChange(at * slot, chord) for at, chord in enumerate(chords)], plan)


def _joined(changes: Sequence[ChordChange]) -> tuple[ChordChange, ...]:
    """Without those that change nothing."""
    return tuple(
        change for place, change in enumerate(changes) if not place or change.symbol != changes[place - 1].symbol
    )
