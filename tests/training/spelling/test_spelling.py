"""Names of notes, read from scores, learned from them and measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from composer.errors import RequestError
from composer.music.score import Key, Mode
from composer.notation.spelling import WEIGHTS, fifths_of
from composer.notation.spelling_features import FEATURES
from training.__main__ import main
from training.spelling import methods
from training.spelling.spelt_pieces import spelt_pieces

KERN = (
    "!!!COM: Nobody\n**kern\t**dynam\n*k[b-]\t*\n=1\t=1\n*^\t*\n"
    "4D\t4d f- 4a\tp\n4C#\t[4cc#\t.\n.\tq8dd\t.\n4r\t4cc#]\t.\n*v\t*v\t*\n=2\t=2\n" + "4D-X\t.\n" * 30 + "*-\t*-\n"
)


def folder_with(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / name.replace("_", ".")).write_text(text, "utf-8")
    return tmp_path


def test_humdrum_gives_notes_that_begin_with_their_names(tmp_path):
    (found,) = spelt_pieces(folder_with(tmp_path, a_krn=KERN))

    first = [(note.pitch, note.fifths) for note in found.notes[:5]]
    assert sorted(first) == sorted(
        [
            (50, fifths_of("D", 0)),
            (62, fifths_of("D", 0)),
            (64, fifths_of("F", -1)),
            (69, fifths_of("A", 0)),
            (49, fifths_of("C", 1)),
        ]
    )
    assert len(found.notes) == 36
    assert found.notes[-1].fifths == fifths_of("D", -1)


def test_musicxml_and_abc_are_read_too(tmp_path):
    abc = "X:1\nM:4/4\nL:1/4\nK:Dm\n" + "d ^c d a | _b a ^g a |" * 5 + "\n"

    (found,) = spelt_pieces(folder_with(tmp_path, a_abc=abc, b_xml="damaged"))

    assert [note.fifths for note in found.notes[:8]] == [2, 7, 2, 3, -2, 3, 8, 3]
    assert set(found.keys) == {Key(2, Mode.MINOR)}


def test_folder_without_scores_is_refused(tmp_path):
    with pytest.raises(RequestError, match="no Humdrum"):
        list(spelt_pieces(tmp_path))


def test_part_of_the_scores_is_learned_from_and_the_rest_measured(tmp_path):
    folder = folder_with(tmp_path, **{f"{number}_krn": KERN for number in range(6)})

    assert [piece.name for piece in spelt_pieces(folder, skip=3)] == ["1.krn", "2.krn", "4.krn", "5.krn"]
    assert [piece.name for piece in spelt_pieces(folder, only=3)] == ["0.krn", "3.krn"]


def test_weights_are_learned_and_their_errors_printed(tmp_path, capsys):
    folder = folder_with(tmp_path, a_krn=KERN, b_krn=KERN.replace("D-X", "C#"))

    assert main(["fit-spelling", "--scores", str(folder), "--out", str(tmp_path / "weights.json")]) == 0
    assert main(["check-spelling", "--scores", str(folder)]) == 0

    assert list(json.loads((tmp_path / "weights.json").read_text("utf-8"))) == list(FEATURES)
    heading, _, row = capsys.readouterr().out.strip().splitlines()
    assert heading == "| corpus | pieces | notes | fixed window | ps13, stage 1 | learned |"
    assert row.startswith(f"| {folder.name} | 2 | 72 |")


def test_shipped_weights_spell_by_the_direction_where_others_cannot(tmp_path):
    up, down = "4c\n4c#\n4d\n4d#\n4e\n", "4e\n4e-\n4d\n4d-\n4c\n"
    text = "**kern\n*k[]\n" + "4C 4e 4g\n" + (up + "4f\n4e\n4g\n4c\n" + down + "4B\n4c\n4g\n4c\n") * 4 + "*-\n"
    (piece,) = spelt_pieces(folder_with(tmp_path, a_krn=text))

    row = methods.measure("scales", [piece])

    window, _, learned = row.wrong
    assert learned < window


def test_shipped_weights_are_those_of_the_features_and_let_semitones_lead():
    shipped = json.loads((Path(methods.__file__).parents[2] / "composer" / "notation" / WEIGHTS).read_text("utf-8"))

    assert tuple(shipped) == FEATURES
    assert shipped["next above"] > 0 > shipped["next below"]
