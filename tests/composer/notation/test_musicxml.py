"""MusicXML as another program reads it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from music21 import converter, expressions, meter, stream, tempo, text

from composer.errors import RequestError
from composer.music.free_score import FreeNote, FreeScore
from composer.music.numerals import Numeral
from composer.music.score import TICKS_PER_QUARTER, Key, KeyChange, Metre, Mode, Part, Tempo
from composer.notation.musicxml import to_musicxml
from composer.performance.arrangement import arrange
from composer.performance.instruments import PIANO, find
from tests.composer.pieces import line
from tests.composer.tunes import note, piece, waltz


def opened(score, *, instrument=PIANO, numerals=()):
    """The sheet that music21 reads."""
    data = to_musicxml(score, title="Waltz", instrument=instrument, numerals=numerals)
    return converter.parse(data, format="musicxml")


def sounding(sheet):
    """(onset in ticks, pitch) of every note that is not tied to the one before."""
    return sorted(
        (round(struck.getOffsetInHierarchy(sheet) * TICKS_PER_QUARTER), single.pitch.midi)
        for struck in sheet.recurse().notes
        for single in (struck.notes if struck.isChord else [struck])
        if single.tie is None or single.tie.type == "start"
    )


def arranged(score, instrument):
    return sorted((own.start, own.pitch) for track in arrange(score, instrument).tracks for own in track.notes)


def polyphony():
    """Held notes, triplets, a tie across the bar and a second voice in either hand."""
    return piece(
        note(0, 48, 76),
        *line([72, 71, 72, 74, 72, 71], step=8),
        *line([67, 69, 71], start=48, step=12),
        note(84, 36, 72),
        *line([74, 76, 77, 79], start=120, step=18),
        note(0, 192, 36, Part.ACCOMPANIMENT),
        *line([48, 52, 55, 60, 58, 55, 52, 48], part=Part.ACCOMPANIMENT),
        bars=2,
    )


@pytest.mark.parametrize("name", ["piano", "flute", "clarinet", "quartet", "brass", "music-box", "band"])
def test_pitches_and_onsets_are_read_back_as_they_sound(name):
    instrument = find(name)

    assert sounding(opened(waltz(), instrument=instrument)) == arranged(waltz(), instrument)


def test_voices_ties_and_triplets_are_read_back():
    assert sounding(opened(polyphony())) == arranged(polyphony(), PIANO)


@pytest.mark.parametrize("metre", [Metre(6, 8), Metre(2, 2), Metre(5, 8), Metre(7, 4), Metre(6, 16)], ids=str)
def test_every_bar_is_full(metre):
    score = piece(*line(range(60, 72), step=96 // metre.denominator), metre=metre, bars=3)

    sheet = opened(score)

    for staff in sheet.parts:
        measures = list(staff.getElementsByClass(stream.Measure))
        assert [measure.highestTime * TICKS_PER_QUARTER for measure in measures] == [metre.bar_ticks] * 3
    assert sounding(sheet) == arranged(score, PIANO)


def test_two_hands_have_a_treble_and_a_bass_staff_under_one_name():
    sheet = opened(waltz())

    assert [staff.recurse().getElementsByClass("Clef").first().name for staff in sheet.parts] == ["treble", "bass"]
    assert {staff.getInstrument().partName for staff in sheet.parts} == {"Piano"}
    assert to_musicxml(waltz(), title="").count(b"<score-part ") == 1


def test_hand_without_notes_rests():
    treble, bass = opened(piece(*line([60, 62, 64, 65]))).parts

    assert len(treble.recurse().notes) == 4
    assert not bass.recurse().notes


def test_ensemble_has_a_staff_for_each_voice():
    quartet = find("quartet")

    sheet = opened(waltz(), instrument=quartet)

    assert [staff.partName for staff in sheet.parts] == ["Violin", "Viola", "Cello"]


def test_solo_stands_above_its_piano():
    flute, piano = opened(waltz(), instrument=find("flute")).parts

    assert (flute.partName, piano.partName) == ("Flute", "Piano")


def test_key_and_time_signature_stand_at_the_beginning():
    sheet = opened(piece(metre=Metre(6, 8), key=Key(6, Mode.MAJOR)))

    assert {signature.sharps for signature in sheet.recurse().getElementsByClass("KeySignature")} == {-6}
    assert {mark.ratioString for mark in sheet.recurse().getElementsByClass(meter.TimeSignature)} == {"6/8"}


def test_pitches_are_spelled_in_the_key():
    sheet = opened(piece(*line([68, 70, 72]), key=Key(5, Mode.MINOR)))

    assert [struck.pitch.nameWithOctave for struck in sheet.parts[0].recurse().notes] == ["A-4", "B-4", "C5"]


def test_change_of_key_has_its_own_signature_and_spelling():
    minor = KeyChange(96, Key(2, Mode.MINOR))
    score = replace(piece(*line([71, 70] * 2 + [69, 70] * 2), bars=2, key=Key(2, Mode.MAJOR)), key_changes=(minor,))

    treble, bass = opened(score).parts

    for staff in (treble, bass):
        signatures = staff.recurse().getElementsByClass("KeySignature")
        assert [(found.sharps, found.measureNumber) for found in signatures] == [(2, 1), (-1, 2)]
    assert [struck.pitch.name for struck in treble.recurse().notes] == ["B", "A#"] * 2 + ["A", "B-"] * 2
    shown = [struck.pitch.accidental.displayStatus for struck in treble.recurse().notes]
    assert shown == [True, False, False, False, False, False, False, False]


def test_tempo_is_given_in_felt_beats():
    sheet = opened(piece(metre=Metre(6, 8), tempos=(Tempo(0, 90.0),)))

    (mark,) = sheet.recurse().getElementsByClass(tempo.MetronomeMark)
    assert (mark.number, mark.referent.quarterLength) == (60, 1.5)


def test_slowing_down_is_marked_where_it_begins():
    sheet = opened(waltz())

    (mark,) = sheet.recurse().getElementsByClass(expressions.TextExpression)
    assert (mark.content, mark.getOffsetInHierarchy(sheet) * TICKS_PER_QUARTER) == ("rit.", 432)


def test_title_and_composer_stand_above():
    sheet = opened(waltz())

    assert (sheet.metadata.bestTitle, sheet.metadata.composer) == ("Waltz", "Cadenza")


def test_remark_stands_at_the_foot_and_claims_no_rights():
    sheet = converter.parse(to_musicxml(waltz(), title="Waltz", remark="Dice: 7 3 11"), format="musicxml")

    (foot,) = sheet.getElementsByClass(text.TextBox)
    assert (foot.content, foot.page) == ("Dice: 7 3 11", 1)
    assert not sheet.metadata.copyright


def test_roman_numerals_stand_below_the_lowest_staff_where_their_chords_begin():
    numerals = (Numeral(0, "C: I"), Numeral(84, "V65"))

    sheet = opened(polyphony(), numerals=numerals)

    below = list(sheet.parts[-1].recurse().getElementsByClass(expressions.TextExpression))
    assert [(word.content, word.placement) for word in below] == [("C: I", "below"), ("V65", "below")]
    assert [word.offset for word in below] == [0, 84 / TICKS_PER_QUARTER]


def test_drums_are_left_out():
    score = piece(note(0, 24, 60), note(0, 6, 38, Part.DRUMS))

    assert sounding(opened(score, instrument=find("strings"))) == [(0, 60)]


def test_piece_without_pitches_is_two_staves_of_rests():
    sheet = opened(piece(note(0, 6, 38, Part.DRUMS), bars=2), instrument=find("strings"))

    assert len(sheet.parts) == 2
    assert not sheet.recurse().notes


def test_same_arguments_give_the_same_bytes():
    assert to_musicxml(waltz(), title="A") == to_musicxml(waltz(), title="A")


def test_module_loads_without_music21():
    script = "import sys, composer.notation.musicxml; sys.exit('music21' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=60).returncode == 0


def test_music_without_metre_is_refused_in_one_sentence():
    score = FreeScore.of((FreeNote(0, 50, 60, 80, Part.MELODY),), seconds=5, timbres=("Strings",))

    with pytest.raises(RequestError, match="has no sheet music, and its picture is its score; leave out the notation"):
        to_musicxml(score, title="Cloud")
