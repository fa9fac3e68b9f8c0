"""A piece of ours as MusicXML: what its settings say of its instrument is known here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.notation.musicxml import made_by, to_musicxml
from composer.performance import instruments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from composer.music.numerals import Numeral
    from composer.music.score import Score


def write_notation(
    score: Score,
    settings: Mapping[str, object],
    *,
    title: str,
    remark: str = "",
    numerals: Sequence[Numeral] = (),
) -> bytes:
    """MusicXML of a piece, see `to_musicxml`; for a piano where no instrument is among the settings.

    Raises:
        RequestError: The music has no metre, or no such instrument exists.
    """
    instrument = instruments.find(str(settings.get("instrument") or instruments.PIANO.name))
    return to_musicxml(
        score, title=title, instrument=instrument, composer=made_by(settings), remark=remark, numerals=numerals
    )
