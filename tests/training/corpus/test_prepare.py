from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.errors import RequestError
from composer.formats import midi
from composer.music.score import Key, Metre, Mode, Tempo
from composer.tokens import conditions, position, tokenizer, vocabulary
from composer.tokens.position import PositionTracker
from tests.training.corpora import make_set, prepared, small_dataset
from tests.training.midi_files import FOUR_FOUR, Staff, tempo, time_signature, two_hands, write
from training.corpus.prepare import UnusableCorpusError, prepare_corpus

if TYPE_CHECKING:
    from pathlib import Path

CHOPIN, LIEDER, MUTOPIA = "chopin-first-editions", "openscore-lieder", "mutopia-piano"


def test_sections_lie_end_to_end_split_by_split(tmp_path: Path) -> None:
    data = small_dataset(tmp_path)

    assert [(entry.name[-5:], entry.split) for entry in data.entries] == [
        ("a.mid", "train"),
        ("c.mid", "train"),
        ("b.mid", "valid"),
        ("d.mid", "test"),
    ]
    ends = [entry.start + entry.length for entry in data.entries]
    assert [entry.start for entry in data.entries] == [0, *ends[:-1]]
    assert ends[-1] == len(data.tokens) == len(data.rows)


def test_tokens_of_a_section_are_its_score(tmp_path: Path) -> None:
    entry, *_ = small_dataset(tmp_path).entries
    data = prepared(tmp_path)[0]
    [section] = midi.read_sections(tmp_path / "polish-scores-piano" / "a.mid", group="solo-piano")

    tokens = data.tokens[entry.start : entry.start + entry.length].tolist()

    assert tokens == tokenizer.encode(section.score)
    assert (entry.notes, entry.bars, entry.metre) == (len(section.score.notes), 12, "4/4")


def test_rows_are_the_position_after_each_token_with_the_bars_of_the_whole_piece(tmp_path: Path) -> None:
    staves = [
        Staff(struck=[*four.struck, *three.struck], channel=four.channel)
        for four, three in zip(two_hands(9), two_hands(10, quarters=3, start=36), strict=True)
    ]
    write(tmp_path / "a.mid", staves, marks=(*FOUR_FOUR, time_signature(36, 3, 4)))

    data, _ = prepared(tmp_path)

    first, second = data.entries
    for entry, metre, bars in ((first, Metre(4, 4), 19), (second, Metre(3, 4), 10)):
        now = PositionTracker(metre, bars)
        for at in range(entry.start, entry.start + entry.length):
            now.read(int(data.tokens[at]))
            assert bytes(data.rows[at][: position.WIDTH]) == bytes(now.row)
    assert data.rows[first.start + 1, position.BARS_LEFT] == 18


def test_conditions_are_those_of_the_piece(tmp_path: Path) -> None:
    make_set(tmp_path, LIEDER, {})
    write(tmp_path / CHOPIN / "a.mid", two_hands(12, up=2), marks=(time_signature(0, 4, 4), tempo(0, 60)))
    write(tmp_path / CHOPIN / "b.mid", two_hands(12, seed=1), marks=(time_signature(0, 4, 4), tempo(0, 120)))

    data, _ = prepare_corpus([tmp_path / CHOPIN], only=(), workers=0)

    known, unknown = (dict(zip(conditions.SIZES, entry.classes, strict=True)) for entry in data.entries)
    assert known == {"style": conditions.style_class("romantic"), "mode": 1, "tempo": 2, "density": 3, "rating": 0}
    assert unknown == {**known, "tempo": conditions.ANY}
    assert [entry.transposition for entry in data.entries] == [-2, 0]


def test_every_section_round_trips(tmp_path: Path) -> None:
    data = small_dataset(tmp_path)

    for entry in data.entries:
        tokens = data.tokens[entry.start : entry.start + entry.length].tolist()
        metre = next(metre for metre in vocabulary.METRES if str(metre) == entry.metre)
        score = tokenizer.decode(tokens, metre=metre, key=Key(0, Mode.MAJOR), tempos=(Tempo(0, 90.0),))
        assert tokenizer.quantised(score) == score
        assert tokenizer.encode(score) == tokens


def test_work_in_two_sets_counts_once_in_the_most_held_out_split(tmp_path: Path) -> None:
    make_set(tmp_path, CHOPIN, {"waltz.mid": "train", "other.mid": "train"}, bars=16)
    make_set(tmp_path, MUTOPIA, {"waltz.mid": "test"}, bars=12)

    data, report = prepared(tmp_path)

    assert [(entry.name, entry.split, entry.bars) for entry in data.entries] == [
        (f"{CHOPIN}/other.mid", "train", 16),
        (f"{CHOPIN}/waltz.mid", "test", 16),
    ]
    assert report[MUTOPIA] == {"another version of a piece that was taken": 1}
    assert report[CHOPIN] == {"taken": 2}


def test_what_is_refused_is_counted_by_reason(tmp_path: Path) -> None:
    make_set(tmp_path, CHOPIN, {"good.mid": "train"})
    make_set(tmp_path, LIEDER, {"piano.mid": "train"})
    write(tmp_path / CHOPIN / "short.mid", two_hands(2))
    (tmp_path / CHOPIN / "damaged.mid").write_bytes(b"MThd")
    table = tmp_path / "pieces.tsv"
    rows = [(CHOPIN, file, "", "", "CC0-1.0", "train") for file in ("short.mid", "damaged.mid")]
    table.write_text("\n".join([table.read_text(), *("\t".join(row) for row in rows)]))

    _, report = prepared(tmp_path)

    assert report == {
        CHOPIN: {"taken": 1, "fewer than 32 notes": 1, "unreadable: no MIDI file": 1},
        LIEDER: {"not one voice and piano": 1},
    }


@pytest.mark.parametrize("licence", ["CC-BY-SA-4.0", "CC-BY-NC-4.0", ""])
def test_piece_whose_licence_is_not_open_is_refused(tmp_path: Path, licence: str) -> None:
    make_set(tmp_path, CHOPIN, {"good.mid": "train", "bad.mid": "train"})
    table = tmp_path / "pieces.tsv"
    table.write_text(table.read_text().replace("Tune bad.mid\tCC0-1.0", f"Tune bad.mid\t{licence}"))

    data, report = prepared(tmp_path)

    assert report[CHOPIN] == {"taken": 1, f"licence {licence or 'not stated'}": 1}
    assert {entry.licence for entry in data.entries} == {"CC0-1.0"}


def test_corpus_without_a_usable_file_is_refused_with_the_commonest_reason(tmp_path: Path) -> None:
    write(tmp_path / "a.mid", two_hands(2))
    write(tmp_path / "b.mid", two_hands(2, seed=1))

    with pytest.raises(RequestError, match=r"could be used \(2 files: fewer than 32 notes\)"):
        prepared(tmp_path)


def test_empty_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no file in the corpus could be used; name another"):
        prepared(tmp_path)


def test_archive_with_its_table_gives_the_same_as_its_folder(tmp_path: Path) -> None:
    folder, packed = tmp_path / "folder", tmp_path / "packed"
    make_set(folder, CHOPIN, {"a.mid": "train", "b.mid": "valid"})
    packed.mkdir()
    (packed / "pieces.tsv").write_bytes((folder / "pieces.tsv").read_bytes())
    with tarfile.open(packed / f"{CHOPIN}.tar.xz", "w:xz") as archive:
        archive.add(folder / CHOPIN, arcname=CHOPIN)

    one, other = prepared(folder)[0], prepared(packed)[0]

    assert one.entries == other.entries
    np.testing.assert_array_equal(one.tokens, other.tokens)
    np.testing.assert_array_equal(one.rows, other.rows)


def test_two_processes_give_the_same_as_one(tmp_path: Path) -> None:
    one = small_dataset(tmp_path)

    other, _ = prepare_corpus([tmp_path], only=(), workers=2)

    assert one.entries == other.entries
    np.testing.assert_array_equal(one.tokens, other.tokens)


def test_one_process_reads_under_the_same_limits_as_several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.corpus.workers._START_SECONDS", 0.0)
    make_set(tmp_path, CHOPIN, {"a.mid": "train"})

    with pytest.raises(UnusableCorpusError, match=r"1 files: took longer than 0 s"):
        prepare_corpus([tmp_path], only=(), workers=1, seconds=0)


def test_only_the_sets_that_are_wanted_are_read(tmp_path: Path) -> None:
    make_set(tmp_path, CHOPIN, {"a.mid": "train"})
    make_set(tmp_path, MUTOPIA, {"b.mid": "train"})

    data, verdicts = prepare_corpus([tmp_path], only=[MUTOPIA], workers=0)

    assert {entry.collection for entry in data.entries} == {piece.collection for piece in verdicts} == {MUTOPIA}
