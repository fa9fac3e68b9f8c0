"""A part as an element of MusicXML."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

from composer.music.score import Tempo
from composer.notation.musicxml import to_musicxml
from tests.composer.tunes import note, piece


def written(score):
    """The sheet as elements."""
    return fromstring(to_musicxml(score, title="Waltz"))  # noqa: S314 - our own sheet


def test_the_tempo_is_the_one_that_is_told_of_the_piece_however_players_drift():
    score = piece(tempos=(Tempo(0, 82.0), Tempo(24, 74.0)))

    assert written(score).findtext("part/measure/direction/direction-type/metronome/per-minute") == "82"
    assert score.beats_per_minute == 82


def test_an_octave_line_stops_after_the_last_note_below_it():
    pitches = [72] * 16 + [98, 100] * 8 + [72] * 16
    notes = [note(place * 12, 12, pitch) for place, pitch in enumerate(pitches)]
    bars = written(piece(*notes, bars=6)).findall("part/measure")

    stops = [
        (number, [element.tag for element in measure].index("backup") - place, element.find("offset"))
        for number, measure in enumerate(bars)
        for place, element in enumerate(measure)
        if (line := element.find("direction-type/octave-shift")) is not None and line.get("type") == "stop"
    ]

    assert stops == [(3, 1, None)]
