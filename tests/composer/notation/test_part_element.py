"""A part as an element of MusicXML."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

from composer.music.score import Tempo
from composer.notation.musicxml import to_musicxml
from tests.composer.tunes import piece


def written(score):
    """The sheet as elements."""
    return fromstring(to_musicxml(score, title="Waltz"))  # noqa: S314 - our own sheet


def test_the_tempo_is_the_one_that_is_told_of_the_piece_however_players_drift():
    score = piece(tempos=(Tempo(0, 82.0), Tempo(24, 74.0)))

    assert written(score).findtext("part/measure/direction/direction-type/metronome/per-minute") == "82"
    assert score.beats_per_minute == 82
