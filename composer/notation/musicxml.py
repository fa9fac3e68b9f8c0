"""Score -> MusicXML, which notation programs open, through music21."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.errors import RequestError
from composer.music.free_score import FreeScore
from composer.performance.instruments import PIANO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.music.numerals import Numeral
    from composer.music.score import Score
    from composer.performance.instruments import Instrument


def check_notation(score: Score) -> None:
    """Refuse music that no staff can show.

    Raises:
        RequestError: The music has no metre: note values would be made up. It says what shows the piece.
    """
    if isinstance(score, FreeScore):
        raise RequestError(
            "music without metre has no sheet music, and its picture is its score; leave out the notation, "
            "or choose another model"
        )


def to_musicxml(
    score: Score,
    *,
    title: str,
    instrument: Instrument = PIANO,
    composer: str = "Cadenza",
    remark: str = "",
    numerals: Sequence[Numeral] = (),
) -> bytes:
    """The score as MusicXML 4: two staves for a player's two hands, otherwise a staff for each voice.

    Rhythms are written as `engraving.engrave` says, and all instruments at the pitch at which they sound. Drums
    are left out: percussion staves have no agreed places for General MIDI's keys. The same arguments give the same
    bytes with the same version of music21.

    Args:
        score: What is to be written.
        title: Title, printed above the music.
        instrument: Instrument for which it is arranged.
        composer: Name of the composer, printed above it too.
        remark: Line at the foot of the page; not its rights, since it says nothing about them.
        numerals: Roman numerals that are printed under the lowest staff.

    Raises:
        RequestError: If the music has no metre, see `check_notation`.
    """
    check_notation(score)
    from composer.notation.staves import exported, staved  # noqa: PLC0415 - loads music21, which takes a second

    return exported(staved(score, instrument, numerals), title=title, composer=composer, remark=remark)
