"""Which rhythm each bar of the melody has: a few motifs for each theme, which come again."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp
from typing import TYPE_CHECKING

from composer.grammar.learned import LEARNED, Rhythm
from composer.grammar.phrases import CadenceKind
from composer.music.score import Metre

if TYPE_CHECKING:
    from composer.grammar.lots import Lots
    from composer.grammar.phrases import Phrase

_ORDERS = {"xyx": 2.0, "xxy": 2.0, "xyy": 0.7, "xyz": 0.5}
"""Motifs of the bars before a phrase's last, with weights: the last comes again in longer phrases."""

_SCALED = {
    Metre(2, 2): (Metre(2, 4), 2), Metre(3, 2): (Metre(3, 4), 2), Metre(6, 4): (Metre(6, 8), 2),
    Metre(6, 16): (Metre(6, 8), 0.5), Metre(9, 16): (Metre(9, 8), 0.5), Metre(12, 16): (Metre(12, 8), 0.5),
    Metre(3, 8): (Metre(3, 4), 0.5), Metre(9, 8): (Metre(3, 4), 1.5), Metre(12, 8): (Metre(4, 4), 1.5),
}  # fmt: skip
"""Where rhythms come from in a metre that was not met: from another one, in so many times its ticks."""

_UPBEATS = (0.2, 0.4)
"""Chances that a note leads on from the end of a phrase, after a full cadence and after a half one."""

_TASTE = 0.55
"""How strongly rhythms near the wanted number of notes are preferred."""


@dataclass(slots=True)
class Motifs:
    """Draws motifs and keeps them.

    Attributes:
        metre: Metre of the piece.
        group: Kind of music, see `composer.grammar.learned`.
        notes: Wanted notes of melody in a bar.
        lots: Draws.
    """

    metre: Metre
    group: str
    notes: float
    lots: Lots
    _orders: dict[str, str] = field(default_factory=dict)
    _rhythms: dict[str, Rhythm] = field(default_factory=dict)

    def name(self, phrase: Phrase, bar: int) -> str:
        """Name of the motif in a bar of a phrase; the last bar has one of its own, after its cadence."""
        if bar == phrase.bars - 1:
            return f"{phrase.theme} {phrase.cadence.value}"
        order = self._orders.get(phrase.theme)
        if order is None:
            order = self._orders[phrase.theme] = self.lots.pick(_ORDERS)
        return f"{phrase.theme} {order[min(bar, len(order) - 1)]}"

    def onsets(self, phrase: Phrase, start: int, end: int) -> list[int]:
        """Ticks after `start` and before `end` at which the melody has a note."""
        bar_ticks = self.metre.bar_ticks
        found = []
        for bar in range(start // bar_ticks, -(-end // bar_ticks)):
            name = self.name(phrase, bar - phrase.first_bar)
            rhythm = self._rhythms.get(name)
            if rhythm is None:
                rhythm = self._rhythms[name] = self._draw(phrase, closing=bar == phrase.first_bar + phrase.bars - 1)
            found += [bar * bar_ticks + onset for onset in rhythm]
        return [onset for onset in found if start < onset < end]

    def _draw(self, phrase: Phrase, *, closing: bool) -> Rhythm:
        if closing:
            leads_on = 0 if phrase.last else _UPBEATS[phrase.cadence is CadenceKind.HALF]
            return self._upbeat() if self.lots.happens(leads_on) else (0,)
        known = rhythms_in(self.group, self.metre)
        weights = {rhythm: weight * exp(-_TASTE * (len(rhythm) - self.notes) ** 2) for rhythm, weight in known.items()}
        return self.lots.pick(weights)

    def _upbeat(self) -> Rhythm:
        """A long note, and one that leads on."""
        return 0, self.metre.bar_ticks - self.metre.beat_ticks


def rhythms_in(group: str, metre: Metre) -> dict[Rhythm, float]:
    """Rhythms of a metre, from another one like it or from other music where none were met; never empty."""
    for kind in (group, "piano"):
        found = LEARNED.rhythms(kind, metre)
        if found:
            return found
        if metre in _SCALED:
            like, times = _SCALED[metre]
            found = {
                tuple(round(onset * times) for onset in rhythm): weight
                for rhythm, weight in LEARNED.rhythms(kind, like).items()
                if all(onset * times == round(onset * times) for onset in rhythm)
            }
            if found:
                return found
    beats = tuple(range(0, metre.bar_ticks, metre.beat_ticks))
    return {beats: 1.0}
