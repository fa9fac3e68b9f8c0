"""Phrase -> timed chords, by a grammar of tonic, dominant and subdominant regions.

After Rohrmeier 2011, "Towards a generative syntax of tonal harmony" (Journal of Mathematics and Music 5:35-53); that a
rule also divides time is after Quick and Hudak 2013, "Grammar-based automated music composition in Haskell". How
often a rule is taken was counted in music, see `composer.grammar.learned`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.grammar.chords import chord_of, goals
from composer.grammar.derivation import Derived
from composer.grammar.learned import LEARNED
from composer.grammar.phrases import CadenceKind
from composer.music.score import Mode

if TYPE_CHECKING:
    from composer.grammar.lots import Lots
    from composer.grammar.phrases import Phrase
    from composer.music.score import Key

TONIC, DOMINANT, SUBDOMINANT = "T", "D", "S"
TERMINALS = {TONIC: "t", DOMINANT: "d", SUBDOMINANT: "s"}
"""What a region comes down to."""

_TONIC_CHORD = {Mode.MAJOR: "I", Mode.MINOR: "i"}
_SIXTH = {Mode.MAJOR: "vi", Mode.MINOR: "VI"}
_CADENTIAL = {Mode.MAJOR: "I64", Mode.MINOR: "i64"}
_COLOURED = {"ii": "ii7", "ii°": "iiø7", "vii°": "vii°7", "V": "V7", "iv": "bII"}
"""What a chord may become."""

_COLOUR_CHANCE = {"ii": 0.4, "ii°": 0.6, "vii°": 0.5, "V": 0.6, "iv": 0.08}
_SHY = {"iii": 0.3}
"""Chords that are rarer than counted where the tonic may not be said again: they would come too often instead."""

_STAYING = 0.08
"""How much of its weight a chord keeps that sounds already."""

_SIX_FOUR_CHANCE = 0.45
_APPLIED_CHANCE = 0.5
"""How much of the learned share of applied dominants is taken where creativity is 0; at 1 half as much again."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast chords change.

    Attributes:
        beats: Felt beats in a bar.
        shortest: Fewest beats of a chord.
        longest: Most beats of a chord.
        restless: Chance that a span is divided which need not be, 0 to 1.
    """

    beats: int
    shortest: int
    longest: int
    restless: float


class Harmony:
    """Grows the chords of one phrase."""

    def __init__(self, phrase: Phrase, pace: Pace, lots: Lots) -> None:
        """Take the phrase whose chords are wanted."""
        self._phrase = phrase
        self._pace = pace
        self._lots = lots
        self._before = ""

    def grow(self, opening: Derived | None = None) -> Derived:
        """The phrase's tree: an opening, what extends it, and its cadence.

        Args:
            opening: Opening of an earlier phrase of the same theme, which is taken again if it is as long.
        """
        phrase, beats = self._phrase, self._pace.beats
        start, length = phrase.first_bar * beats, phrase.bars * beats
        first, extended, closing = (bars * beats for bars in _thirds(phrase.bars))
        parts = []
        if first and opening is not None and opening.beats == first:
            parts.append(opening.moved(start))
            self._before = opening.leaves()[-1].name
        elif first:
            parts.append(self._region(TONIC, start, first, phrase.key, opening=True))
        if extended:
            parts.append(self._region(TONIC, start + first, extended, phrase.goal))
        parts.append(self._cadence(start + length - closing, closing))
        return Derived(f"phrase → {'T ' * (len(parts) - 1)}{phrase.cadence.value} cadence", start, length, tuple(parts))

    def _cadence(self, start: int, length: int) -> Derived:
        phrase, key = self._phrase, self._phrase.goal
        if phrase.cadence is CadenceKind.HALF:
            return self._half_cadence(start, length)
        last = min(self._pace.beats, length - self._pace.shortest) if length > self._pace.shortest else length
        rest = length - last
        tonic = chord_of(_TONIC_CHORD[key.mode], key, in_root=True)
        end = Derived(f"t → {tonic.numeral}", start + rest, last, chord=tonic)
        if not rest:
            return Derived("cadence → t", start, length, (end,))
        if phrase.cadence is CadenceKind.PLAGAL:
            name = "IV" if key.mode is Mode.MAJOR else "iv"
            plagal = Derived(f"s → {name}", start, rest, chord=chord_of(name, key, in_root=True))
            return Derived("cadence → S t", start, length, (plagal, end))
        return Derived("cadence → D t", start, length, (self._closing_dominant(start, rest, key), end))

    def _closing_dominant(self, start: int, length: int, key: Key) -> Derived:
        """Subdominant, six-four and dominant as far as there is time, the dominant at the end of it."""
        parts: list[Derived] = []
        now, left = start, length
        shortest = self._pace.shortest
        if left >= 2 * shortest and (left > self._pace.beats or self._lots.happens(0.6)):
            taken = left // 2 if left <= self._pace.beats else left - self._pace.beats
            parts.append(self._region(SUBDOMINANT, now, taken, key))
            now, left = now + taken, left - taken
        if left >= 2 * shortest and self._lots.happens(_SIX_FOUR_CHANCE):
            taken = left - left // 2
            six_four = chord_of(_CADENTIAL[key.mode], key)
            parts.append(Derived(f"d → {six_four.numeral}64 d", now, taken, chord=six_four))
            now, left = now + taken, left - taken
        seventh = "V7" if self._lots.happens(0.75) else "V"
        parts.append(Derived(f"d → {seventh}", now, left, chord=chord_of(seventh, key, in_root=True)))
        self._before = seventh
        symbols = " ".join(part.rule.split(" ", 1)[0] for part in parts)
        return Derived(f"D → {symbols}", start, length, tuple(parts))

    def _half_cadence(self, start: int, length: int) -> Derived:
        key, beats = self._phrase.goal, self._pace.beats
        dominant = chord_of("V", key, in_root=True)
        last = min(beats, length - self._pace.shortest) if length > self._pace.shortest else length
        rest = length - last
        end = Derived("d → V", start + rest, last, chord=dominant)
        if not rest:
            return Derived("cadence → d", start, length, (end,))
        if self._lots.happens(0.15 + 0.3 * self._lots.creativity):
            applied = Derived("d → V7/V d", start, rest, chord=chord_of("V7/V", key))
            return Derived("cadence → D d", start, length, (applied, end))
        return Derived("cadence → S d", start, length, (self._region(SUBDOMINANT, start, rest, key), end))

    def _region(self, symbol: str, start: int, beats: int, key: Key, *, opening: bool = False) -> Derived:
        """Divide a region by a rule, or come down to a chord."""
        pace = self._pace
        divided = self._divide(beats)
        must = beats > pace.longest
        if divided is None or not (must or self._lots.happens(pace.restless)):
            return self._terminal(symbol, start, beats, key, opening=opening)
        rules = LEARNED.rules(key.mode, symbol)
        if opening:
            # A phrase begins with its tonic; a subdominant then leads on to the cadence.
            rules = {(TONIC, TONIC): rules[TONIC, TONIC], (TONIC, SUBDOMINANT): rules[SUBDOMINANT, TONIC]}
        left, right = self._lots.pick(rules)
        first, second = divided
        parts = (
            self._region(left, start, first, key, opening=opening),
            self._region(right, start + first, second, key),
        )
        return Derived(f"{symbol} → {left} {right}", start, beats, parts)

    def _divide(self, beats: int) -> tuple[int, int] | None:
        """Two spans that fall on bar lines, or on the half of a bar; None where it is too short."""
        bar = self._pace.beats
        if beats > bar:
            bars = beats // bar
            first = bars // 2 + (bars % 2 and self._lots.happens(0.5)) if beats % bar == 0 else bars
            return first * bar, beats - first * bar
        first = beats - beats // 2
        return (first, beats - first) if beats // 2 >= self._pace.shortest else None

    def _terminal(self, symbol: str, start: int, beats: int, key: Key, *, opening: bool) -> Derived:
        """A chord of the region, perhaps with a dominant of its own before it."""
        mode, lots = key.mode, self._lots
        chords = LEARNED.chords(mode, symbol)
        if opening:
            chords = {_TONIC_CHORD[mode]: 1.0}
        others = {name: weight * _SHY.get(name, 1.0) for name, weight in chords.items()}
        if self._before in others:
            others[self._before] *= _STAYING
        name = lots.pick(others)
        applied = name in goals(mode) and beats // 2 >= self._pace.shortest and not opening
        if applied and lots.happens(LEARNED.applied(mode, name) * (_APPLIED_CHANCE + lots.creativity)):
            first = beats - beats // 2
            own = Derived(f"{name} → V7/{name} {name}", start, first, chord=chord_of(f"V7/{name}", key))
            goal = Derived(f"{TERMINALS[symbol]} → {name}", start + first, beats - first, chord=chord_of(name, key))
            self._before = name
            return Derived(f"{symbol} → V/x x", start, beats, (own, goal))
        self._before = name
        if lots.happens(_COLOUR_CHANCE.get(name, 0.0)) and _COLOURED[name] in _KNOWN[mode]:
            name = _COLOURED[name]
        return Derived(f"{TERMINALS[symbol]} → {name}", start, beats, chord=chord_of(name, key))


def _thirds(bars: int) -> tuple[int, int, int]:
    """Bars of a phrase's opening, of what extends it, and of its cadence."""
    if bars < _USUAL:
        return bars // 2, 0, bars - bars // 2
    return _USUAL // 2, bars - _USUAL, _USUAL // 2


_USUAL = 4
"""Bars of a usual phrase: half of them open, the other half close."""

_KNOWN = {Mode.MAJOR: {"ii7", "V7"}, Mode.MINOR: {"iiø7", "vii°7", "V7", "bII"}}
"""Colours that a mode has."""
