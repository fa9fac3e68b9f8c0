"""Roman numerals as markers in a MIDI file: other programs show them over the bars, and we read them back."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import mido

from composer.errors import RequestError
from composer.music.numerals import Numeral
from composer.performance.midi_events import PULSES, opening_in, timed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def markers_of(numerals: Sequence[Numeral]) -> Iterator[tuple[int, mido.MetaMessage]]:
    """A marker with its tick of the score for each numeral, of any letters: mido, which writes Latin-1, makes UTF-8."""
    for numeral in numerals:
        yield numeral.start, mido.MetaMessage("marker", text=numeral.text.encode().decode("latin-1"))


def read_numerals(data: bytes) -> tuple[Numeral, ...]:
    """The numerals in a file of ours, in order; none in music of an engine that knows none.

    Raises:
        RequestError: If the file is damaged.
    """
    try:
        first = mido.MidiFile(file=BytesIO(data)).tracks[0]
        opening = opening_in(first)
        return tuple(
            Numeral(time // PULSES + opening, message.text.encode("latin-1").decode())
            for time, message in timed(first)
            if message.type == "marker"
        )
    except Exception as error:  # mido raises whatever damaged bytes lead it into
        raise RequestError("the chord names in this MIDI file are damaged; name one that is whole") from error
