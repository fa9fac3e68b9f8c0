"""Plan -> one draft of a blues: choruses with a head, solos and the head again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from composer.blues.band import Band, Placed
from composer.blues.chorus import CHORUS, BluesChord, Chorus, choruses
from composer.blues.riffs import Player
from composer.blues.tune import Tune
from composer.grammar.draft import Draft
from composer.music.numerals import Numeral
from composer.music.score import Score

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from composer.grammar.lots import Lots
    from composer.music.score import Note
    from composer.planning.plan import Plan

_COMPING = {"head": ("charleston", "backbeat", "sparse"), "solo": ("pushed", "charleston", "backbeat")}


def draft_blues(plan: Plan, lots: Lots) -> Draft:
    """Write one draft of a planned blues."""
    writer = _Writer(plan, lots)
    score = Score(tuple(writer.write()), plan.metre, plan.bars, plan.key, plan.tempos)
    intro, whole = choruses(plan.bars)
    derivation = {
        "rule": f"blues → {' '.join(['introduction'] * bool(intro) + writer.kinds)}",
        "chords": [_explained(one, plan) for one in writer.placed],
    }
    numerals = [Numeral(one.start, one.chord.numeral) for one in writer.placed]
    told = tuple(now for before, now in pairwise([Numeral(0, ""), *numerals]) if before.text != now.text)
    remark = f"Form: {whole} x {CHORUS}" + (f" + {intro}" if intro else "")
    return Draft(score, told, derivation, remark if whole else "")


def _explained(one: Placed, plan: Plan) -> dict[str, object]:
    bar, tick = divmod(one.start, plan.metre.bar_ticks)
    return {
        "bar": bar + 1,
        "beat": tick // plan.metre.beat_ticks + 1,
        "chord": one.chord.numeral,
        "rules": list(one.chord.rules),
    }


@dataclass(slots=True)
class _Writer:
    """Writes the choruses one after the other.

    Attributes:
        plan: Plan of the piece.
        lots: Draws.
        placed: Chords of the whole piece.
        kinds: Kind of each whole chorus: head or solo.
    """

    plan: Plan
    lots: Lots
    placed: list[Placed] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)

    def write(self) -> list[Note]:
        """All notes: an introduction, the choruses, and a last bar in which everybody lands on the tonic."""
        plan = self.plan
        beats = plan.metre.bar_ticks // plan.metre.beat_ticks
        band = Band(plan.metre, plan.key, self.lots)
        player = Player(plan.key.tonic, beats, self.lots)
        tune = Tune(
            band, player, player.riff(), player.riff(home=True), player.riff(), player.riff(home=True), self.lots
        )
        comping = {kind: self.lots.one_of(manners) for kind, manners in _COMPING.items()}
        schemes = {kind: self._scheme(beats, leads_on=True) for kind in _COMPING}
        last = self._scheme(beats, leads_on=False)
        intro, whole = choruses(plan.bars)
        notes: list[Note] = []
        if intro:
            tail = _tail(schemes["head"] if whole else last, (CHORUS - intro) * beats)
            notes += self._accompany(band, tail, 0, intro, comping["head"])
            notes += tune.lead_in(intro)
        for number in range(whole):
            kind = "solo" if 0 < number < max(whole - 1, 2) else "head"
            self.kinds.append(kind)
            scheme = schemes[kind] if number < whole - 1 else last
            first = intro + number * CHORUS
            notes += self._accompany(band, scheme, first, CHORUS, comping[kind])
            melody = tune.head(scheme) if kind == "head" else tune.solo(scheme)
            notes += _moved(melody, first * plan.metre.bar_ticks)
        end = (plan.bars - 1) * plan.metre.bar_ticks
        return [*_until(notes, end), *band.landing(end)]

    def _scheme(self, beats: int, *, leads_on: bool) -> list[BluesChord]:
        return Chorus(self.plan.key.mode, beats, self.lots).grow(leads_on=leads_on)

    def _accompany(
        self, band: Band, chords: Sequence[BluesChord], first: int, bars: int, comping: str
    ) -> Iterator[Note]:
        metre = self.plan.metre
        placed = [
            Placed(
                one,
                first * metre.bar_ticks + one.start * metre.beat_ticks,
                first * metre.bar_ticks + (one.start + one.beats) * metre.beat_ticks,
            )
            for one in chords
        ]
        self.placed += placed
        solo = bool(self.kinds) and self.kinds[-1] == "solo"
        yield from band.bass(placed, walking=solo)
        yield from band.keys(placed, comping)
        yield from band.drums(first, bars, riding=solo, fills=first + bars < self.plan.bars)


def _tail(chords: Sequence[BluesChord], first: int) -> list[BluesChord]:
    """The end of a chorus, from a beat on, counted from there."""
    return [replace(one, start=one.start - first) for one in chords if one.start >= first]


def _moved(notes: Iterable[Note], ticks: int) -> Iterator[Note]:
    return (replace(note, start=note.start + ticks) for note in notes)


def _until(notes: Iterable[Note], end: int) -> Iterator[Note]:
    """What begins before a tick; what would sound on ends there."""
    return (replace(note, duration=min(note.duration, end - note.start)) for note in notes if note.start < end)
