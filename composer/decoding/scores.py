"""What drawn tokens lean to, and the score that they spell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from composer.decoding.loop import BiasStrengths
from composer.music.score import Key
from composer.planning.constraints import TONICS
from composer.styles.table import STYLES
from composer.tokens import tokenizer

if TYPE_CHECKING:
    import numpy as np

    from composer.models.choosing import Choosing
    from composer.music.score import Score
    from composer.planning.plan import Plan


def bias_strengths(choosing: Choosing, style: str, creativity: float, rng: np.random.Generator) -> BiasStrengths:
    """What a piece's draws lean to beside the network.

    Sections that return lean on what they recall the less, the more adventurous the piece; `rng` settles what kind of
    melody it is to have.
    """
    tilts = choosing.tilts.get(STYLES[style].known_as) or ((),)
    kind = tilts[int(rng.integers(len(tilts)))]
    return BiasStrengths(
        recall=choosing.recall * (1.5 - creativity),
        tilt=choosing.preferences.of_intervals(kind),
        clash=STYLES[style].clash_guard,
    )


def key_written(plan: Plan) -> Key:
    """The key in which a network writes a planned piece."""
    return Key(TONICS[plan.key.mode], plan.key.mode)


def decoded(tokens: tuple[int, ...], plan: Plan) -> Score:
    """The piece that tokens spell, in the key in which a network writes it."""
    score = tokenizer.decode(tokens, metre=plan.metre, key=key_written(plan), tempos=plan.tempos)
    return replace(score, opening=plan.opening)


def score_of(tokens: tuple[int, ...], plan: Plan) -> Score:
    """The piece that tokens spell, in the planned key, its last bar ringing to the end."""
    score = decoded(tokens, plan)
    last_bar = score.ticks - plan.metre.bar_ticks
    rung = tuple(
        replace(note, duration=score.ticks - note.start) if note.start >= last_bar else note for note in score.notes
    )
    return replace(score, notes=rung).transposed(score.key.semitones_to(plan.key))
