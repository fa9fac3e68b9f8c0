"""What is counted in a prepared corpus."""

from __future__ import annotations

import numpy as np
import pytest

from composer.music.score import Key, Metre, Mode, Note, Part, Score
from composer.tokens import tokenizer
from training.corpus.dataset import CorpusEntry, Dataset, tracked_rows
from training.survey.counts import UNKNOWN, often, survey_corpus

METRE = Metre(3, 4)
NOTES = (
    Note(0, 24, 72, 85, Part.MELODY),
    Note(0, 24, 60, 85, Part.ACCOMPANIMENT),
    Note(0, 24, 64, 85, Part.ACCOMPANIMENT),
    Note(24, 24, 74, 85, Part.MELODY),
    Note(48, 24, 55, 85, Part.MELODY),
    Note(48, 24, 38, 85, Part.DRUMS),
)


def corpus(*changes) -> Dataset:
    """A section for each of the changes; as written, all of them have the same notes."""
    tokens = tokenizer.encode(Score(NOTES, METRE, 1, Key(0, Mode.MAJOR)))
    facts = {
        "name": "a.mid", "collection": "songs", "composer": "Anonymous", "title": "", "licence": "CC0-1.0",
        "style": "band", "split": "train", "metre": "3/4", "transposition": 0, "bars": 1, "notes": len(NOTES),
        "length": len(tokens), "classes": (1, 1, 3, 2, 0),
    }  # fmt: skip
    entries = tuple(
        CorpusEntry(**{**facts, **change, "start": number * len(tokens)}) for number, change in enumerate(changes)
    )
    rows = tracked_rows(tokens, METRE, bars=1)
    return Dataset(np.array(tokens * len(entries), np.uint16), np.concatenate([rows] * len(entries)), entries)


def test_notes_are_counted_at_the_pitch_at_which_they_sound():
    found = survey_corpus(corpus({}, {"transposition": -3}))

    assert found.pitches == {60: 1, 64: 1, 72: 1, 74: 1, 55: 1, 63: 1, 67: 1, 75: 1, 77: 1, 58: 1}
    assert found.parts == {Part.MELODY: 6, Part.ACCOMPANIMENT: 4, Part.DRUMS: 2}
    assert found.drums == {38: 2}
    assert (found.sections, found.notes, found.lengths) == (2, 12, [1, 1])


def test_a_chord_is_what_is_struck_together():
    found = survey_corpus(corpus({}))

    assert found.chords == {1 << 0 | 1 << 4: 1}
    assert found.single_notes == 2


def test_intervals_are_those_of_the_melody_and_great_leaps_count_as_one_kind():
    assert survey_corpus(corpus({})).intervals == {2: 1, -13: 1}


@pytest.mark.parametrize(
    ("transposition", "classes", "key"),
    [
        (0, (1, 1, 3, 2, 0), "C major"),
        (-3, (1, 1, 3, 2, 0), "E flat major"),
        (-3, (1, 2, 3, 2, 0), "C minor"),
        (0, (1, 0, 3, 2, 0), UNKNOWN),
    ],
)
def test_keys_are_those_in_which_the_music_was_written(transposition, classes, key):
    found = survey_corpus(corpus({"transposition": transposition, "classes": classes}))

    assert found.keys == {key: 1}


def test_facts_are_counted_by_bars_sections_and_notes():
    found = survey_corpus(corpus({}, {"composer": "", "licence": "", "style": "choir", "bars": 9}))

    assert found.metres == {"3/4": 10}
    assert found.tempos == {3: 2}
    assert found.styles == {"band": 1, "choir": 9}
    assert found.composers == {"Anonymous": 6, UNKNOWN: 6}
    assert found.collections == {("songs", "CC0-1.0"): 6, ("songs", UNKNOWN): 6}


def test_fifty_times_is_often():
    found = survey_corpus(corpus(*[{}] * 50))

    assert often(found.pitches) == 5
    assert often(survey_corpus(corpus(*[{}] * 49)).pitches) == 0
