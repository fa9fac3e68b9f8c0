"""What was counted, and how pitches are counted in degrees."""

from __future__ import annotations

import pytest

from composer.dances.tables import PART, SPANS, chord_named, counted, counted_sources, pitch_of, step_of
from composer.music.score import Key, Mode


@pytest.mark.parametrize("kind", ["reel", "jig", "rag"])
def test_tables_say_how_many_tunes_they_come_from_and_know_every_span(kind):
    tables = counted(kind, Mode.MAJOR)

    assert tables.values["tunes"] >= 9
    assert len(tables.values["stand"]) == PART * SPANS
    assert all(len(form) == PART for form in tables.forms())
    assert {source["name"] for source in counted_sources()} == {"cre-irish", "mutopia-piano"}


@pytest.mark.parametrize("tonic", range(12))
def test_a_step_is_the_pitch_that_it_was_counted_from(tonic):
    key = Key(tonic, Mode.MAJOR)
    chord = chord_named("V7/V", key)
    steps = {pitch: step_of(pitch, chord, key) for pitch in range(48, 84)}

    known = {pitch: step for pitch, step in steps.items() if step is not None}
    assert len(known) == 21
    assert all(pitch_of(step, chord, key) == pitch for pitch, step in known.items())


def test_rags_in_minor_have_the_chords_of_minor():
    key = Key(9, Mode.MINOR)

    assert [chord_named(name, key).numeral for name in ("I", "ii", "V7/ii")] == ["i", "ii°", "V/iv"]
