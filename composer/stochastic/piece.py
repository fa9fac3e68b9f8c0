"""A whole piece: its matrix filled block by block, its glissandi shared out among players."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from composer.music.free_score import METRE, Clock, FreeScore
from composer.performance.gliding import share_out, shortened
from composer.stochastic.blocks import Block, fill, gliding_share
from composer.stochastic.matrix import columns_in, draw_matrix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from composer.music.free_score import FreeNote
    from composer.performance.timbres import Timbre

_SOUNDS_A_SECOND = 15.75
"""Sounds a second if every timbre played one unit: with the seven of *Achorripsis* a unit is 2.25."""


@dataclass(frozen=True, slots=True)
class Sounds:
    """A piece that was drawn.

    Attributes:
        score: Its sounds.
        remark: Line about how it was made, see `_remark`.
    """

    score: FreeScore
    remark: str


def unit_of(timbres: int, density: float) -> float:
    """Sounds a second in a cell of one unit; a cell of two has twice as many."""
    return _SOUNDS_A_SECOND / timbres * density


def compose_sounds(
    timbres: Sequence[Timbre],
    *,
    seconds: float,
    density: float,
    glissandi: float,
    rng: np.random.Generator,
    progress: Callable[[float], None],
) -> Sounds:
    """Draw a piece.

    Args:
        timbres: What plays.
        seconds: How long.
        density: How many times denser than usual, above 0.
        glissandi: How many times more glissandi than usual, 0 to 2.
        rng: Decides every draw.
        progress: Told after each column the share of the piece that is there, up to 1.
    """
    columns = columns_in(seconds)
    matrix = draw_matrix(len(timbres), columns, rng)
    clock, unit = Clock(seconds), unit_of(len(timbres), density)
    keys = _keys_of(timbres, rng)
    notes: list[FreeNote] = []
    for column in range(columns):
        for number in np.flatnonzero(matrix[:, column]).tolist():
            block = Block(
                timbre=number,
                start=seconds * column / columns,
                end=seconds * (column + 1) / columns,
                density=int(matrix[number, column]) * unit,
                gliding=gliding_share(timbres[number].sliding, glissandi),
                keys=keys[number],
            )
            notes += fill(block, timbres[number], clock, rng)
        progress((column + 1) / columns)
    played = _played(notes, timbres, clock.bars * METRE.bar_ticks)
    score = FreeScore.of(played, seconds=seconds, timbres=tuple(timbre.name for timbre in timbres))
    return Sounds(score, _remark(played, columns, seconds, unit))


def _keys_of(timbres: Sequence[Timbre], rng: np.random.Generator) -> list[Sequence[int]]:
    """The keys of each timbre: all, or a set of its own, drawn at random, where all share one voice.

    *Herma* draws three sets from the keys of the piano (from memory).
    """
    found: list[Sequence[int]] = []
    for timbre in timbres:
        keys = range(timbre.lowest, timbre.highest + 1)
        alone = all(other.voices == timbre.voices for other in timbres)
        found.append(sorted(rng.permutation(keys)[: len(keys) // 2].tolist()) if alone else keys)
    return found


def _played(notes: Iterable[FreeNote], timbres: Sequence[Timbre], ticks: int) -> tuple[FreeNote, ...]:
    """The notes as they can be played: each glissando on a channel of its own, no key struck while it sounds."""
    in_time = sorted(notes, key=lambda note: (note.start, note.late))
    # One that had to wait for its player may last a moment longer than its block, but not than the piece.
    gliding = [shortened(note, ticks - 1 - note.start) for _, note in share_out(in_time, timbres)]
    sounding: dict[tuple[int, int, int], int] = {}
    plain: list[FreeNote] = []
    for note in (note for note in in_time if not note.glide):
        place = (note.timbre, note.part, note.pitch)
        before = sounding.get(place)
        if before is not None and plain[before].end >= note.start:
            if note.start - plain[before].start <= 1:
                # Struck twice within 20 ms: one stroke to the ear, and to a synthesiser.
                continue
            plain[before] = replace(plain[before], duration=max(note.start - 1 - plain[before].start, 1))
        sounding[place] = len(plain)
        plain.append(note)
    return (*plain, *gliding)


def _remark(notes: Sequence[FreeNote], columns: int, seconds: float, unit: float) -> str:
    """After whom, the columns, the sounds a second in a unit, and the glissandi, in no language's words."""
    glissandi = sum(1 for note in notes if note.glide)
    facts = ("Xenakis", f"{columns} x {seconds / columns:.1f} s", f"{unit:.3g}/s")
    return " · ".join([*facts, f"{glissandi} glissandi"] if glissandi else facts)
