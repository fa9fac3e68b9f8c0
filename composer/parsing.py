"""Text as people write it -> metres, numbers and chords; keys have a module of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.errors import RequestError, quoted, unknown_name
from composer.music.chord_names import parse_chord
from composer.music.chord_sequence import BAR_LINE, MOST_IN_BAR, ChordSequence
from composer.tokens import vocabulary

if TYPE_CHECKING:
    from composer.music.chord_symbol import ChordSymbol
    from composer.music.score import Metre

_MINUTE = 60


def parse_metre(text: str) -> Metre:
    """A metre as printed: "3/4".

    Raises:
        RequestError: If models do not know it.
    """
    for metre in vocabulary.METRES:
        if str(metre) == text.strip():
            return metre
    raise unknown_name("a metre", text, [str(metre) for metre in vocabulary.METRES])


def parse_number(text: str) -> float:
    """A number with a decimal point or comma.

    Raises:
        ValueError: If it is none.
    """
    return float(text.strip().replace(",", "."))


def parse_seconds(text: str) -> float:
    """A length in seconds, or in minutes and seconds: 90, 1:30.

    Raises:
        ValueError: If it is none.
    """
    minutes, colon, seconds = text.strip().partition(":")
    if not colon:
        return parse_number(minutes)
    if not (minutes.isdecimal() and seconds.isdecimal()):
        raise ValueError(f"no minutes and seconds: {quoted(text)}")
    return _MINUTE * float(minutes) + float(seconds)


def parse_chords(text: str) -> ChordSequence:
    """Chords as people write them, with spaces, commas or dashes between them, and bar lines where they like.

    Raises:
        RequestError: If one is not known, which it names; if there are none, or too many in a bar.
    """
    plain = text.replace(",", " ").replace(" - ", " ").strip().strip(BAR_LINE)
    written = (
        [part.split() for part in plain.split(BAR_LINE)] if BAR_LINE in plain else [[word] for word in plain.split()]
    )
    bars = tuple(tuple(_chord(word) for word in bar) for bar in written if bar)
    if not bars:
        raise RequestError("no chords were given; write chords such as Am F C G", reason="no_chords")
    if max(map(len, bars)) > MOST_IN_BAR:
        raise RequestError(
            f"a bar holds at most {MOST_IN_BAR} chords; put bar lines between them, such as Am F | C G",
            reason="chords_in_bar",
            values={"most": MOST_IN_BAR},
        )
    return ChordSequence(bars)


def _chord(word: str) -> ChordSymbol:
    try:
        return parse_chord(word)
    except ValueError:
        raise RequestError(
            f"I don't know the chord {quoted(word)}; write chords such as C, Am, F#m7, Bbmaj7, Bdim or Gsus4",
            reason="unknown_chord",
            values={"chord": quoted(word)},
        ) from None
