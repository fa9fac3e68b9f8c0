"""What was heard in a recording, shown: a picture to compare with what was meant, and a MIDI file to correct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.music.score import TICKS_PER_QUARTER
from composer.performance import instruments, midi
from composer.picture.piano_roll import draw_piano_roll
from composer.styles.table import STYLES

if TYPE_CHECKING:
    from composer.music.given import GivenMusic

TITLE = "I heard this"


def describe_heard(given: GivenMusic) -> str:
    """One line of facts: how many notes, in which metre and key, and how fast."""
    score = given.score
    beats_per_minute = score.tempos[0].quarters_per_minute * TICKS_PER_QUARTER / score.metre.beat_ticks
    notes = "1 note" if len(score.notes) == 1 else f"{len(score.notes)} notes"
    return f"{notes} · {score.metre} · {score.key} · {beats_per_minute:.0f} bpm"


def draw_heard(given: GivenMusic, *, title: str = TITLE) -> bytes:
    """A piano roll of it as PNG, in the tempo that was found."""
    return draw_piano_roll(given.score, title=title, caption=describe_heard(given))


def write_heard(given: GivenMusic) -> bytes:
    """Its notes as a MIDI file, for the instrument that plays its style."""
    instrument = instruments.find(STYLES[given.style].instrument)
    return midi.write(given.score, instrument=instrument, title=TITLE, settings={})
