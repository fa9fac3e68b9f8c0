from __future__ import annotations

import pytest

from composer.music.chord_names import parse_chord, spell_chord
from composer.music.chord_symbol import ALL_SYMBOLS, ChordSymbol, Quality


@pytest.mark.parametrize("sharps", [False, True])
def test_every_chord_is_read_back_from_its_name(*, sharps: bool) -> None:
    assert tuple(parse_chord(spell_chord(symbol, sharps=sharps)) for symbol in ALL_SYMBOLS) == ALL_SYMBOLS


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("F#m7", ChordSymbol(6, Quality.MINOR_SEVENTH)),
        ("B♭maj7", ChordSymbol(10, Quality.MAJOR_SEVENTH)),
        ("Cb", ChordSymbol(11, Quality.MAJOR)),
        ("E-", ChordSymbol(4, Quality.MINOR)),
        ("Bø", ChordSymbol(11, Quality.HALF_DIMINISHED)),
        ("g7", ChordSymbol(7, Quality.DOMINANT_SEVENTH)),
    ],
)
def test_chord_is_read_as_people_write_it(text: str, symbol: ChordSymbol) -> None:
    assert parse_chord(text) == symbol


@pytest.mark.parametrize("text", ["", "H", "Cq", "m7", "C/E", "C maj"])
def test_what_names_no_chord_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no chord"):
        parse_chord(text)
