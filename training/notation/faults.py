"""What a musician would send back, counted in a sheet."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from training.notation.sheet import Printed, ReadVoice

SHORT_BARS = "bars of a voice that do not add up"
UNSHOWN = "notes and rests whose value does not say how long they are"
BROKEN_TUPLETS = "tuplets without bracket, of one note or incomplete"
BROKEN_BEAMS = "beams over a gap or without an end"
TIED_SCRAPS = "notes tied to a scrap of a 32nd"
LEDGER = "notes with three ledger lines or more"

FAULTS = (SHORT_BARS, UNSHOWN, BROKEN_TUPLETS, BROKEN_BEAMS, TIED_SCRAPS, LEDGER)

_NEAR = 1e-6
_SCRAP = 0.125
_MANY_LEDGER_LINES = 3
_WHOLE_TUPLETS = (0.5, 1.0, 2.0, 4.0)
"""Quarters that a tuplet may last."""


def count_faults(voices: Iterable[ReadVoice]) -> tuple[Counter[str], Counter[str]]:
    """Faults, and of how many: (faults by kind, places where each might have been)."""
    faults, of = Counter[str](), Counter[str]()
    for voice in voices:
        printed = voice.printed
        of[SHORT_BARS] += 1
        faults[SHORT_BARS] += not _adds_up(voice)
        of[UNSHOWN] += len(printed)
        faults[UNSHOWN] += sum(not own.shown for own in printed)
        _count_tuplets(printed, faults, of)
        _count_beams(printed, faults, of)
        of[TIED_SCRAPS] += sum(bool(own.steps) for own in printed)
        faults[TIED_SCRAPS] += sum(_is_scrap(before, after) for before, after in pairwise(printed))
        lines = [count for own in printed for count in own.ledger]
        of[LEDGER] += len(lines)
        faults[LEDGER] += sum(count >= _MANY_LEDGER_LINES for count in lines)
    return faults, of


def _adds_up(voice: ReadVoice) -> bool:
    now = 0.0
    for printed in voice.printed:
        if abs(printed.start - now) > _NEAR:
            return False
        now = printed.start + printed.duration
    return abs(now - voice.bar) <= _NEAR


def _is_scrap(before: Printed, after: Printed) -> bool:
    return before.tied and bool(after.steps) and not after.tied and after.duration <= _SCRAP + _NEAR < before.duration


def _count_tuplets(printed: Sequence[Printed], faults: Counter[str], of: Counter[str]) -> None:
    """A run of shortened notes without brackets counts as one broken tuplet."""
    inside: list[Printed] | None = None
    bare = False
    for own in printed:
        if "start" in own.brackets:
            of[BROKEN_TUPLETS] += 1
            faults[BROKEN_TUPLETS] += inside is not None
            inside = []
        if inside is not None:
            inside.append(own)
        elif own.tuplet and not bare:
            of[BROKEN_TUPLETS] += 1
            faults[BROKEN_TUPLETS] += 1
        bare = own.tuplet and inside is None
        if "stop" in own.brackets and inside is not None:
            faults[BROKEN_TUPLETS] += not _is_whole(inside)
            inside = None
    faults[BROKEN_TUPLETS] += inside is not None


def _is_whole(inside: Sequence[Printed]) -> bool:
    length = sum(own.duration for own in inside)
    return (
        len(inside) > 1
        and all(own.tuplet for own in inside)
        and any(abs(length - whole) <= _NEAR for whole in _WHOLE_TUPLETS)
    )


def _count_beams(printed: Sequence[Printed], faults: Counter[str], of: Counter[str]) -> None:
    last: Printed | None = None
    for own in printed:
        if "begin" in own.beams:
            of[BROKEN_BEAMS] += 1
            faults[BROKEN_BEAMS] += last is not None
        elif own.beams:
            gap = last is None or abs(last.start + last.duration - own.start) > _NEAR
            faults[BROKEN_BEAMS] += gap or not own.steps
        elif last is not None:
            faults[BROKEN_BEAMS] += 1
        last = own if own.beams and "end" not in own.beams else None
    faults[BROKEN_BEAMS] += last is not None
