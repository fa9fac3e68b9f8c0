"""What was heard in a recording, shown: a picture to compare with what was meant, and a MIDI file to correct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.performance import instruments, midi
from composer.picture.piano_roll import draw_piano_roll
from composer.styles.table import STYLES

if TYPE_CHECKING:
    from composer.music.given import GivenMusic

TITLE = "I heard this"


def describe_heard(given: GivenMusic) -> str:
    """One line of facts: how many notes, in which key and metre, and how fast."""
    notes = "1 note" if len(given.score.notes) == 1 else f"{len(given.score.notes)} notes"
    return f"{notes} · {given.score.key} · {_pace(given)}"


def _pace(given: GivenMusic) -> str:
    score = given.score
    return f"{score.metre} · {score.beats_per_minute:.0f} bpm"


def draw_heard(given: GivenMusic, *, title: str = TITLE) -> bytes:
    """A piano roll of it as PNG, in the tempo that was found; but for the title there are no words in it."""
    return draw_piano_roll(given.score, title=title, caption=_pace(given))


def write_heard(given: GivenMusic) -> bytes:
    """Its notes as a MIDI file, for the instrument that plays its style."""
    instrument = instruments.find(STYLES[given.style].instrument)
    return midi.write(given.score, instrument=instrument, title=TITLE, settings={})
