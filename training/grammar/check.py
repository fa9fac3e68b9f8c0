"""Many pieces of the grammar, looked through for faults of counterpoint."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from composer.grammar.counterpoint import CADENCE, LEADING, PARALLELS, faults, line_faults, melody_of
from composer.grammar.draft import write
from composer.grammar.ensemble import TEXTURES as ENSEMBLES
from composer.grammar.ensemble import lower_lines
from composer.grammar.lots import Lots
from composer.grammar.voices import BROKEN
from composer.planning.plan import plan_piece
from composer.request import Request

STYLES = ("piano", "quartet", "choir")
"""Styles that are written in four parts."""

_COURAGE = (0.0, 0.5, 1.0)
_A_TONE = 2


@dataclass(slots=True)
class Checked:
    """What was found in many pieces.

    Attributes:
        pieces: Number of pieces.
        thrown_away: How many found no way to lead their voices.
        faults: Faults by kind.
        moves: Moves of the melodies: repeated, by step, by third or fourth, wider.
        seconds: Processor seconds that all took.
    """

    pieces: int
    thrown_away: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    moves: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


def check(style: str, pieces: int, length: float) -> Checked:
    """Write pieces of a style with seeds from 0 on, of little, middling and much creativity, without choosing."""
    found = Checked(pieces)
    for seed in range(pieces):
        rng = np.random.default_rng(seed)
        plan = plan_piece(Request(style=style, seed=seed, seconds=length), rng)
        started = time.process_time()
        lots = Lots(rng, _COURAGE[seed % len(_COURAGE)])
        written = write(plan, style, lots)
        found.seconds += time.process_time() - started
        if written.cost >= BROKEN:
            found.thrown_away += 1
            continue
        found.faults += faults(written)
        if style in ENSEMBLES:
            found.faults[PARALLELS] += line_faults(written, lower_lines(written.spans, style, plan.metre, lots))
        pitches = [tone.pitch for tone in melody_of(written.spans)]
        found.moves.update(_kind(abs(int(step))) for step in np.diff(pitches))
    return found


def _kind(semitones: int) -> str:
    if semitones == 0:
        return "repeated"
    if semitones <= _A_TONE:
        return "step"
    return "third or fourth" if semitones <= 5 else "wider"  # noqa: PLR2004 - a fourth


def describe(style: str, found: Checked) -> str:
    """The findings on one style, for a terminal."""
    total = max(found.moves.total(), 1)
    moves = ", ".join(f"{kind} {100 * times / total:.1f} %" for kind, times in found.moves.most_common())
    kinds = ", ".join(f"{kind}: {found.faults[kind]}" for kind in (PARALLELS, LEADING, CADENCE))
    each = 1000 * found.seconds / found.pieces
    return (
        f"{style}: {found.pieces} pieces, {found.thrown_away} thrown away, {each:.1f} ms each\n"
        f"  {kinds}\n"
        f"  melody: {moves}"
    )
