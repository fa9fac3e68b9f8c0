"""Form -> the whole four-part piece with its melody: phrase by phrase, each going on from the one before."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from composer.grammar.chords import SCALES
from composer.grammar.derivation import Derived
from composer.grammar.harmony import Harmony, Pace
from composer.grammar.lines import ChordSpan, Sounding
from composer.grammar.melody import Anchor, Melodist, Tone
from composer.grammar.phrases import CadenceKind, PieceForm
from composer.grammar.voices import SOPRANO, Ranges, Voicing, Wanted, lead
from composer.music.score import PITCH_CLASSES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from composer.grammar.chords import Chord
    from composer.grammar.lots import Lots
    from composer.grammar.motifs import Motifs
    from composer.grammar.phrases import Phrase
    from composer.music.score import Metre

_DEPTH, _RISE = 4.5, 5.0
"""Semitones by which a phrase leaves its middle pitch, and that the highest phrase lies above the others."""

_CONTOURS: Mapping[str, Callable[[float], float]] = {
    "arch": lambda through: math.sin(math.pi * through),
    "falling": lambda through: math.cos(math.pi * through),
    "rising": lambda through: -math.cos(math.pi * through),
    "wave": lambda through: math.sin(2 * math.pi * through),
}
"""Ways of the soprano through a phrase: -1 is low, 1 is high."""

_USUAL_CONTOURS = {"arch": 3.0, "falling": 1.5, "rising": 1.5, "wave": 1.0}


@dataclass(frozen=True, slots=True)
class PartWriting:
    """How a style writes its four parts.

    Attributes:
        ranges: Ranges of the voices.
        pace: How fast chords change.
        centre: Pitch around which the soprano moves.
        melody: Lowest and highest pitch of the melody.
        plain: See `composer.grammar.melody.Melodist`.
    """

    ranges: Ranges
    pace: Pace
    centre: float
    melody: tuple[int, int]
    plain: float


@dataclass(frozen=True, slots=True)
class FourPartPiece:
    """A piece in four parts.

    Attributes:
        form: Its sections and phrases.
        trees: The rules of each phrase.
        spans: Its chords with their voices and melody.
        cost: What its voice leading cost.
    """

    form: PieceForm
    trees: tuple[Derived, ...]
    spans: tuple[ChordSpan, ...]
    cost: float


@dataclass(slots=True)
class Writer:
    """Writes a piece and remembers its themes.

    Attributes:
        metre: Metre of the piece.
        manner: How the style writes.
        motifs: Rhythms of the melody.
        lots: Draws.
        cost: What the voice leading has cost so far.
    """

    metre: Metre
    manner: PartWriting
    motifs: Motifs
    lots: Lots
    cost: float = 0.0
    _openings: dict[tuple[str, str], Derived] = field(default_factory=dict)
    _contours: dict[str, str] = field(default_factory=dict)
    _voicings: dict[str, list[Voicing]] = field(default_factory=dict)
    _last: tuple[Chord, Voicing] | None = None

    def write(self, form: PieceForm) -> FourPartPiece:
        """The piece's chords with their voices and melody, and the tree of every phrase."""
        trees, anchors = [], list[tuple[Anchor, Derived, "Phrase"]]()
        for phrase in form.phrases:
            tree = self._harmony(phrase)
            trees.append(tree)
            leaves = tree.leaves()
            voiced = self._voices(phrase, leaves)
            anchors += [
                (self._anchor(phrase, leaf, voicing), leaf, phrase)
                for leaf, voicing in zip(leaves, voiced, strict=True)
            ]
        return FourPartPiece(form, tuple(trees), tuple(self._spans(anchors)), self.cost)

    def _harmony(self, phrase: Phrase) -> Derived:
        theme = (phrase.theme, str(phrase.key))
        tree = Harmony(phrase, self.manner.pace, self.lots).grow(self._openings.get(theme))
        self._openings.setdefault(theme, tree.parts[0])
        return tree

    def _voices(self, phrase: Phrase, leaves: Sequence[Derived]) -> list[Voicing]:
        wanted = []
        first, beats = leaves[0].start, sum(leaf.beats for leaf in leaves)
        if phrase.theme not in self._contours:
            self._contours[phrase.theme] = self.lots.pick(_USUAL_CONTOURS)
        contour = _CONTOURS[self._contours[phrase.theme]]
        for leaf in leaves:
            assert leaf.chord is not None  # a leaf of a whole tree
            through = (leaf.start - first) / beats
            height = self.manner.centre + _DEPTH * contour(through) + _RISE * phrase.climax
            wanted.append(Wanted(leaf.chord, height, closing=_closing(phrase) if leaf is leaves[-1] else ()))
        model = self._voicings.get(f"{phrase.theme} {phrase.key}", [])
        chosen, cost = lead(wanted, self.manner.ranges, self.lots, before=self._last, model=model)
        self.cost += max(cost, 0.0)
        self._voicings.setdefault(f"{phrase.theme} {phrase.key}", chosen)
        self._last = wanted[-1].chord, chosen[-1]
        return chosen

    def _anchor(self, phrase: Phrase, leaf: Derived, voicing: Voicing) -> Anchor:
        assert leaf.chord is not None  # a leaf of a whole tree
        start = leaf.start * self.metre.beat_ticks
        bar = start // self.metre.bar_ticks - phrase.first_bar
        return Anchor(start, leaf.chord, voicing, self.motifs.name(phrase, bar))

    def _spans(self, anchors: Sequence[tuple[Anchor, Derived, Phrase]]) -> list[ChordSpan]:
        """Fill what lies between the anchors with melody."""
        melodist = Melodist(self.metre, self.lots, *self.manner.melody, self.manner.plain)
        found = []
        for place, (anchor, leaf, phrase) in enumerate(anchors):
            end = anchor.start + leaf.beats * self.metre.beat_ticks
            following = anchors[place + 1][0] if place + 1 < len(anchors) else None
            onsets = self.motifs.onsets(phrase, anchor.start, end) if following else ()
            tones = [Tone(anchor.start, anchor.voicing[SOPRANO])]
            if following is not None:
                tones = melodist.between(anchor, following, onsets)
            ends = [*(tone.start for tone in tones[1:]), end]
            melody = tuple(Sounding(tone.start, stop, tone.pitch) for tone, stop in zip(tones, ends, strict=True))
            assert leaf.chord is not None  # a leaf of a whole tree
            found.append(ChordSpan(anchor.start, end, leaf.chord, anchor.voicing, melody, phrase, leaf.rule))
        return found


def _closing(phrase: Phrase) -> tuple[int, ...]:
    """Pitch classes on which the soprano may end a phrase."""
    degrees = [(phrase.goal.tonic + step) % PITCH_CLASSES for step in SCALES[phrase.goal.mode]]
    if phrase.cadence is CadenceKind.HALF:
        return degrees[1], (degrees[0] - 1) % PITCH_CLASSES
    if phrase.cadence is CadenceKind.IMPERFECT:
        return degrees[2], degrees[4]
    return (degrees[0],)
