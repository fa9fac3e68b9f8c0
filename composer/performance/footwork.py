"""When a pianist's foot moves: after the harmony has changed, and later where there is time."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from composer.performance.midi_events import PULSES, PULSES_PER_QUARTER
from composer.performance.passage import quarters_a_minute
from composer.performance.pedal import CATCH, LAP
from composer.performance.pianist import QUANTILES, load_pianist

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.music.score import Score
    from composer.performance.pedal import Span

Pedalling: TypeAlias = "tuple[tuple[int, int], ...]"
"""When the pedal goes down and comes up, in MIDI ticks."""

_LATEST = 0.4
_LIFTED_BY, _DOWN_AFTER = 0.4, 0.25
"""Seconds, and share of a harmony, after which the pedal has come up, and the share after which it is down again.

What rings longer would blur with the new harmony, and what is caught later would not sound joined.
"""


def plain_pedalling(spans: Sequence[Span]) -> Pedalling:
    """The pedal as soon as the harmony has changed."""
    return tuple((span.start * PULSES, span.end * PULSES) for span in spans)


def played_pedalling(spans: Sequence[Span], score: Score, rng: np.random.Generator) -> Pedalling:
    """The pedal as late as pianists move it.

    Args:
        spans: What `composer.performance.pedal` found.
        score: The piece, for its tempos.
        rng: Decides how late each movement is.
    """
    if not spans:
        return ()
    changes = np.array([span.start - CATCH for span in spans])
    ends = np.array([span.end for span in spans])
    room = (ends - changes) * PULSES
    second = quarters_a_minute(score, changes) * PULSES_PER_QUARTER / 60
    late, paused = (np.interp(rng.uniform(size=len(spans)), QUANTILES, own) for own in load_pianist().feet)
    lifted = np.minimum(np.minimum(late, _LATEST) * second, _LIFTED_BY * room)
    downs = changes * PULSES + lifted + np.minimum(paused * second, _DOWN_AFTER * room)
    # It comes up as late after a harmony as it did after the one before, where no other follows at once.
    after = np.append(np.where(ends[:-1] - LAP == changes[1:], lifted[1:], lifted[:-1]), 0)
    ups = np.minimum((ends - LAP) * PULSES + np.maximum(after, LAP * PULSES), np.append(downs[1:] - 1, np.inf))
    moves = np.column_stack([np.round(downs), np.round(ups)]).astype(int).tolist()
    return tuple((down, up) for down, up in moves if down < up)
