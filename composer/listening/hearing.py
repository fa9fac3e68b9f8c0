"""A recording -> the score of what is heard in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.errors import RequestError
from composer.listening import posteriorgrams
from composer.listening.polyphony import hear_polyphony
from composer.listening.quantising import write_score
from composer.listening.recording import decode

if TYPE_CHECKING:
    from composer.listening.recording import Bounds
    from composer.music.score import Score


def hear(data: bytes, bounds: Bounds) -> tuple[Score, str]:
    """What is played in a recording, with a tempo for each beat, and its style: a melody is a song, all else piano.

    Raises:
        RequestError: If nothing is heard, or it is no recording, damaged or beyond the bounds.
        MachineError: If the extra is not installed.
    """
    notes = hear_polyphony(decode(data, rate=posteriorgrams.RATE, bounds=bounds))
    if not notes:
        raise RequestError(
            "I hear no notes in the recording; play or sing nearer to the microphone", reason="recording-no-notes"
        )
    return write_score(notes)
