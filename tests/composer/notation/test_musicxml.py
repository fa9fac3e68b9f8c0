"""MusicXML as another program reads it."""

from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import fromstring

import pytest
from music21 import converter, expressions, meter, stream
from music21.note import Unpitched

from composer.errors import RequestError
from composer.music.free_score import FreeNote, FreeScore
from composer.music.numerals import Numeral
from composer.music.score import TICKS_PER_QUARTER, Key, KeyChange, Metre, Mode, Part, Tempo
from composer.notation.musicxml import made_by, to_musicxml
from composer.performance.arrangement import arrange
from composer.performance.instruments import PIANO, find
from tests.composer.pieces import line
from tests.composer.tunes import note, piece, waltz


def opened(score, *, instrument=PIANO, numerals=()):
    """The sheet that music21 reads."""
    data = to_musicxml(score, title="Waltz", instrument=instrument, numerals=numerals)
    return converter.parse(data, format="musicxml")


def written(score, *, instrument=PIANO, **rest):
    """The sheet as elements."""
    data = to_musicxml(score, title="Waltz", instrument=instrument, **rest)
    return fromstring(data)  # noqa: S314 - our own sheet


def sounding(sheet):
    """(onset in ticks, pitch) of every note that is not tied to the one before."""
    return sorted(
        (round(struck.getOffsetInHierarchy(sheet) * TICKS_PER_QUARTER), single.pitch.midi)
        for struck in sheet.toSoundingPitch().recurse().notes
        if not isinstance(struck, Unpitched)
        for single in (struck.notes if struck.isChord else [struck])
        if single.tie is None or single.tie.type == "start"
    )


def arranged(score, instrument):
    tracks = [track for track in arrange(score, instrument).tracks if track.part is not Part.DRUMS]
    return sorted((own.start, own.pitch) for track in tracks for own in track.notes)


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


@pytest.mark.parametrize("name", ["piano", "clarinet", "quartet", "brass", "music-box", "band", "saxophone"])
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


def test_music_that_knows_no_hands_is_given_to_two():
    treble, bass = opened(piece(*line([72, 43, 74, 40]))).parts

    assert [[own.pitch.midi for own in staff.recurse().notes] for staff in (treble, bass)] == [[72, 74], [43, 40]]


def test_ensemble_has_a_staff_for_each_voice():
    quartet = find("quartet")

    sheet = opened(waltz(), instrument=quartet)

    assert [staff.partName for staff in sheet.parts] == ["Violin I", "Violin II", "Viola", "Cello"]


def test_solo_stands_above_two_staves_of_its_piano():
    flute, right, left = opened(waltz(), instrument=find("flute")).parts

    assert [own.partName for own in (flute, right, left)] == ["Flute", "Piano", "Piano"]


@pytest.mark.parametrize(
    ("name", "part", "fifths", "semitones"),
    [("clarinet", 0, 2, -2), ("brass", 1, 1, -7), ("saxophone", 0, 3, -9), ("flute", 0, 0, 0)],
)
def test_players_read_their_own_key(name, part, fifths, semitones):
    sheet = written(waltz(), instrument=find(name))

    own = sheet.findall("part")[part].find("measure/attributes")
    assert int(own.findtext("key/fifths")) == fifths
    assert int(own.findtext("transpose/chromatic", "0")) == semitones


@pytest.mark.parametrize(("name", "part", "clef"), [("quartet", 2, "C"), ("guitar", 0, "G"), ("quartet", 3, "F")])
def test_players_read_their_own_clef(name, part, clef):
    sheet = written(waltz(), instrument=find(name))

    assert sheet.findall("part")[part].findtext("measure/attributes/clef/sign") == clef


def test_guitar_is_one_staff_that_sounds_an_octave_lower():
    (clef,) = written(waltz(), instrument=find("guitar")).findall("part/measure[1]/attributes/clef")

    assert clef.findtext("clef-octave-change") == "-1"


def test_key_and_time_signature_stand_at_the_beginning():
    sheet = opened(piece(metre=Metre(6, 8), key=Key(6, Mode.MAJOR)))

    assert {signature.sharps for signature in sheet.recurse().getElementsByClass("KeySignature")} == {-6}
    assert {mark.ratioString for mark in sheet.recurse().getElementsByClass(meter.TimeSignature)} == {"6/8"}


def test_pitches_are_spelled_in_the_key():
    sheet = opened(piece(*line([68, 70, 72]), key=Key(5, Mode.MINOR)))

    assert [struck.pitch.nameWithOctave for struck in sheet.parts[0].recurse().notes] == ["A-4", "B-4", "C5"]


def test_change_of_key_has_its_own_signature_and_spelling():
    minor = KeyChange(96, Key(2, Mode.MINOR))
    score = replace(piece(*line([70, 71] * 2 + [69, 70] * 2), bars=2, key=Key(2, Mode.MAJOR)), key_changes=(minor,))

    treble, bass = opened(score).parts

    for staff in (treble, bass):
        signatures = staff.recurse().getElementsByClass("KeySignature")
        assert [(found.sharps, found.measureNumber) for found in signatures] == [(2, 1), (-1, 2)]
    assert [struck.pitch.name for struck in treble.recurse().notes] == ["A#", "B"] * 2 + ["A", "B-"] * 2
    signs = [struck.pitch.accidental for struck in treble.recurse().notes]
    shown = [sign is not None and sign.displayStatus for sign in signs]
    assert shown == [True, False, False, False, True, False, False, False]


def test_tempo_is_given_in_words_and_felt_beats():
    sheet = written(piece(metre=Metre(6, 8), tempos=(Tempo(0, 90.0),)))

    (words, mark) = sheet.findall("part/measure/direction/direction-type")
    assert words.findtext("words").strip() == "Adagio"
    assert [own.text for own in mark.find("metronome")] == ["quarter", None, "60"]
    assert mark.find("metronome/beat-unit-dot") is not None


def test_slowing_down_is_marked_where_it_begins():
    sheet = opened(waltz())

    (mark,) = [own for own in sheet.recurse().getElementsByClass(expressions.TextExpression) if own.content == "rit."]
    assert mark.getOffsetInHierarchy(sheet) * TICKS_PER_QUARTER == 432


def test_last_bar_is_written_as_it_was_meant_and_not_as_it_rings():
    chord = [note(start, 96 - start, pitch) for start, pitch in ((0, 60), (24, 64), (48, 67))]

    sheet = written(piece(*chord))

    values = [own.findtext("type") for own in sheet.findall("part/measure/note") if own.find("pitch") is not None]
    assert values == ["quarter", "quarter", "half"]


def test_last_bar_rings_even_where_a_key_is_struck_again():
    struck = [note(0, 24, 60), note(24, 72, 60), note(12, 84, 64)]

    sheet = written(piece(*struck))

    values = [own.findtext("type") for own in sheet.findall("part/measure/note") if own.find("pitch") is not None]
    assert values == ["eighth", "eighth", "half"]


def test_upbeat_is_a_bar_of_its_own_without_a_number():
    notes = [*line([67], start=72), *line([60, 62, 64, 65], start=96), *line([48], start=96, part=Part.ACCOMPANIMENT)]

    sheet = written(piece(*notes, bars=2))

    upbeat, first = sheet.findall("part/measure")
    assert (upbeat.get("number"), upbeat.get("implicit"), first.get("number")) == ("0", "yes", "1")
    assert [own.findtext("duration") for own in upbeat.findall("note")] == ["24", "24"]
    assert [own.get("measure") for own in upbeat.iter("rest")] == [None]


def test_rest_at_the_beginning_of_a_full_bar_is_printed():
    sheet = written(piece(*line([67, 69, 71], start=24), bars=1))

    assert sheet.find("part/measure").get("implicit") is None


def test_maker_is_named_with_version_and_seed():
    assert made_by({"model": "wavenet@8", "seed": 81723}) == "Cadenza, wavenet v8, seed 81723"
    assert made_by({}) == "Cadenza"


def test_title_and_composer_stand_above():
    sheet = opened(waltz())

    assert (sheet.metadata.bestTitle, sheet.metadata.composer) == ("Waltz", "Cadenza")


def test_remark_stands_below_the_title_and_claims_no_rights():
    sheet = written(waltz(), remark="Dice: 7 3 11")

    assert [own.text for own in sheet.findall("credit/credit-words")] == ["Waltz", "Dice: 7 3 11", "Cadenza"]
    assert sheet.find("identification/rights") is None


def test_roman_numerals_stand_below_the_lowest_staff_where_their_chords_begin():
    numerals = (Numeral(0, "C: I"), Numeral(84, "V65"))

    sheet = opened(polyphony(), numerals=numerals)

    words = sheet.recurse().getElementsByClass(expressions.TextExpression)
    below = [word for word in words if word.placement == "below"]
    assert [(word.content, word.placement) for word in below] == [("C: I", "below"), ("V65", "below")]
    assert [word.getOffsetInHierarchy(sheet) for word in below] == [0, 84 / TICKS_PER_QUARTER]


def test_drums_stand_on_a_staff_of_their_own_by_general_midi():
    strokes = [note(0, 6, 36, Part.DRUMS), note(0, 6, 42, Part.DRUMS), note(24, 6, 38, Part.DRUMS)]
    sheet = written(piece(note(0, 96, 60), *strokes), instrument=find("band"))

    drums = sheet.findall("part")[-1]
    assert drums.findtext("measure/attributes/clef/sign") == "percussion"
    assert sheet.findall("part-list/score-part")[-1].findtext("midi-instrument/midi-channel") == "10"
    heard = {own.get("id"): int(own.findtext("midi-unpitched", "0")) - 1 for own in sheet.iter("midi-instrument")}
    assert sorted(heard[own.get("id")] for own in drums.findall("measure/note/instrument")) == [36, 38, 42]


def test_piece_of_drums_alone_is_their_staff_below_one_of_rests():
    sheet = opened(piece(note(0, 6, 38, Part.DRUMS), bars=2), instrument=find("strings"))

    assert len(sheet.parts) == 2
    assert sounding(sheet) == []


def test_same_arguments_give_the_same_bytes():
    assert to_musicxml(waltz(), title="A") == to_musicxml(waltz(), title="A")


def test_music_without_metre_is_refused_in_one_sentence():
    score = FreeScore.of((FreeNote(0, 50, 60, 80, Part.MELODY),), seconds=5, timbres=("Strings",))

    with pytest.raises(RequestError, match="has no sheet music, and its picture is its score; leave out the notation"):
        to_musicxml(score, title="Cloud")


@pytest.mark.parametrize(("metre", "opening"), [((4, 4), 84), ((4, 4), 36), ((6, 8), 60), ((3, 4), 24)])
def test_planned_upbeat_is_printed_to_the_tick(metre, opening):
    bar = Metre(*metre).bar_ticks
    notes = [*line([67, 69], start=opening, step=12), *line([48], start=bar, step=24, part=Part.ACCOMPANIMENT)]

    sheet = written(replace(piece(*notes, bars=3, metre=Metre(*metre)), opening=opening))

    upbeat, first, _ = sheet.findall("part/measure")
    lasting = [int(own.findtext("duration", "0")) for own in upbeat.findall("note") if own.findtext("staff") == "1"]
    assert (upbeat.get("number"), first.get("number"), sum(lasting)) == ("0", "1", bar - opening)
