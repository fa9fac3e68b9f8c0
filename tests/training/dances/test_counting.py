"""Bars, chords and steps are counted in tunes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from composer.errors import RequestError
from composer.music.score import Key, Metre, Mode, Note, Part, Score
from composer.tokens import tokenizer
from training.corpus.dataset import CorpusEntry, Dataset, tracked_rows
from training.dances.counting import KINDS, count_dances, save

HOME, AWAY = (60, 64, 67, 72), (67, 74, 71, 74)


def tune(metre: Metre) -> Score:
    """Four times a part whose bars are tonic and dominant in turn; the last one comes home."""
    beats = metre.bar_ticks // 24
    bars = [HOME if number % 2 == 0 or number % 8 == 7 else AWAY for number in range(32)]
    notes = [
        Note(number * metre.bar_ticks + 24 * beat, 24, chord[beat % 4], 75, Part.MELODY)
        for number, chord in enumerate(bars)
        for beat in range(beats)
    ]
    return Score(tuple(notes), metre, 32, Key(0, Mode.MAJOR))


def corpus(*kinds: str) -> Dataset:
    tokens: list[int] = []
    rows: list[np.ndarray] = []
    entries: list[CorpusEntry] = []
    for name in kinds:
        kind = KINDS[name]
        metre = Metre(*map(int, kind.metre.split("/")))
        own = tokenizer.encode(tune(metre))
        facts: dict[str, Any] = {
            "collection": kind.collection, "composer": "", "title": "", "licence": "CC0-1.0", "style": "song",
            "split": "train", "metre": kind.metre, "transposition": 0, "bars": 32, "notes": 9,
            "classes": (1, 1, 3, 2, 0),
        }  # fmt: skip
        entries.append(CorpusEntry(name=f"{kind.words}{name}.mid", start=len(tokens), length=len(own), **facts))
        tokens += own
        rows.append(tracked_rows(own, metre, bars=32))
    return Dataset(np.array(tokens, np.uint16), np.concatenate(rows), tuple(entries))


def test_a_part_is_counted_by_its_bars_chords_and_steps(tmp_path):
    tables = count_dances(corpus(*KINDS))
    reel = tables["kinds"]["reel"]["major"]

    assert reel["tunes"] == 1
    assert reel["forms"] == {"ABABABAA": 4}
    assert reel["rhythms"] == {"bar": {"0 24 48 72": 28}, "close": {"0 24 48 72": 4}}
    assert [max(row, key=row.get) for row in reel["stand"][:4]] == ["I", "I", "V", "V"]
    assert [degree for degree, times in enumerate(reel["degrees"]["on"]["V"]) if times] == [1, 4, 6]
    assert tables["sources"] == [{"name": name, "licence": "CC0-1.0"} for name in ("cre-irish", "mutopia-piano")]
    save(tables, tmp_path / "counted.json")
    assert (tmp_path / "counted.json").stat().st_size > 1000


def test_a_corpus_without_one_of_the_kinds_is_refused():
    with pytest.raises(RequestError, match=r"^no rag in the data; prepare mutopia-piano as well$"):
        count_dances(corpus("reel", "jig"))
