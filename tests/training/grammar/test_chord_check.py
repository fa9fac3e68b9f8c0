from __future__ import annotations

from typing import TYPE_CHECKING

from composer.music.chord_symbol import ChordSymbol, Quality
from composer.music.score import Note, Part
from tests.composer.pieces import score_of
from tests.training.corpora import small_dataset
from tests.training.grammar.test_lead_sheets import song
from training.grammar.chord_check import count_up, format_table, of_lead_sheet, of_voices

if TYPE_CHECKING:
    from pathlib import Path

C, A_MINOR = ChordSymbol(0, Quality.MAJOR), ChordSymbol(9, Quality.MINOR)


def test_shares_are_of_all_beats() -> None:
    figures = count_up([(C, C), (C, ChordSymbol(0, Quality.MINOR)), (C, A_MINOR), (C, None)])

    assert (figures.beats, figures.told, figures.root, figures.whole) == (4, 0.75, 0.5, 0.25)


def test_voices_that_spell_a_chord_are_judged_and_others_are_not() -> None:
    spelt = [Note(0, 24, pitch, 75, Part.ACCOMPANIMENT) for pitch in (48, 55, 60, 64)]
    unclear = [Note(24, 24, pitch, 75, Part.ACCOMPANIMENT) for pitch in (48, 50, 60, 65)]

    assert list(of_voices(score_of(*spelt, *unclear, bars=1))) == [(C, C)]


def test_song_is_judged_by_its_chord_symbols(tmp_path: Path) -> None:
    path = tmp_path / "song.musicxml"
    path.write_text(song(0, *["C"] * 20, *["Am"] * 20), encoding="utf-8")

    judged = list(of_lead_sheet(path))

    assert [known for known, _ in judged] == [C] * 80 + [A_MINOR] * 80


def test_table_has_a_row_for_each_set_and_one_for_lead_sheets(tmp_path: Path) -> None:
    (tmp_path / "sheets").mkdir()
    (tmp_path / "sheets" / "song.musicxml").write_text(song(0, *["C"] * 40), encoding="utf-8")

    table = format_table(small_dataset(tmp_path / "corpus"), tmp_path / "sheets", sections=1)

    assert [line.split("  ")[0] for line in table.splitlines()][-1] == "lead sheets, by their melodies"
