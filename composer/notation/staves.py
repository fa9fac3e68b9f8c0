"""What is printed, as music21's objects. Import this late: music21 takes a second to load."""

# Half of music21's functions have no types.
# mypy: allow-untyped-calls

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from music21 import bar, chord, clef, duration, expressions, instrument, key, layout, meter, note, stream, tempo, tie
from music21.metadata import Metadata
from music21.musicxml.m21ToXml import ScoreExporter
from music21.text import TextBox

from composer.music.score import TICKS_PER_QUARTER, Part
from composer.notation.engraving import engrave
from composer.notation.spelling import signature, spell
from composer.performance.arrangement import arrange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from music21.style import TextStylePlacement

    from composer.music.numerals import Numeral
    from composer.music.score import Note, Score, Tempo
    from composer.notation.engraving import Written
    from composer.notation.spelling import Spelling
    from composer.performance.instruments import Instrument

_FOOT = (600, 40)
"""Middle of the last line of a page, in tenths of a space between staff lines, from the lower left."""

_TREBLE_FROM = 59
"""Mean pitch from which on a staff has the treble clef."""


def staved(score: Score, played_on: Instrument, numerals: Sequence[Numeral] = ()) -> stream.Score:
    """Staves from top to bottom, complete with measures, voices, beams and accidentals; drums are left out."""
    tracks = {track.part: track for track in arrange(score, played_on).tracks if track.part is not Part.DRUMS}
    hands = (Part.MELODY, Part.ACCOMPANIMENT) if played_on.two_hands or not tracks else ()
    spelling = spell(score)
    sheet = stream.Score(id="score")
    for part in sorted({*hands, *tracks}):
        staff = stream.PartStaff(id=part.name) if part in hands else stream.Part(id=part.name)
        name = played_on.label if part in hands or part not in tracks else tracks[part].name
        staff.insert(0, _player(name, tracks[part].program if part in tracks else played_on.melody.program))
        _fill(staff, tracks[part].notes if part in tracks else (), score, spelling)
        sheet.insert(0, staff)
    if hands:
        sheet.insert(0, layout.StaffGroup(list(sheet.parts)[: len(hands)], symbol="brace"))
    _mark_tempo(sheet.parts[0], score)
    _mark_harmony(sheet.parts[-1], score, numerals)
    return sheet


def _foot(remark: str) -> TextBox:
    """A line at the foot of the first page, where it is no claim of rights."""
    words = TextBox(remark, *_FOOT)
    words.page = 1
    style = cast("TextStylePlacement", words.style)
    style.justify = style.alignHorizontal = "center"
    style.alignVertical = "bottom"
    return words


def exported(sheet: stream.Score, *, title: str, composer: str, remark: str = "") -> bytes:
    """MusicXML without the date of its making, so that equal sheets give equal bytes."""
    sheet.metadata = Metadata(title=title, composer=composer)
    if remark:
        sheet.insert(0, _foot(remark))
    exporter = ScoreExporter(sheet, makeNotation=False)
    for encoding in exporter.parse().iter("encoding"):
        for date in encoding.findall("encoding-date"):
            encoding.remove(date)
    return exporter.asBytes()


def _player(name: str, program: int) -> instrument.Instrument:
    """Not one of music21's own classes: it would take pitches for written ones where an instrument transposes."""
    player = instrument.Instrument(name)
    player.partName = name
    player.partId = player.instrumentId = "".join(letter for letter in name if letter.isalnum())
    player.midiProgram = program
    return player


def _fill(staff: stream.Part, notes: Sequence[Note], score: Score, spelling: Spelling) -> None:
    """Append all measures of a staff."""
    for number, voices in enumerate(engrave(notes, metre=score.metre, bars=score.bars), start=1):
        measure = stream.Measure(number=number)
        if number == 1:
            measure.insert(0, _clef(notes))
            measure.insert(0, meter.TimeSignature(str(score.metre)))
        start = (number - 1) * score.metre.bar_ticks
        in_key = score.key_at(start)
        if number == 1 or in_key != score.key_at(start - 1):
            measure.insert(0, key.KeySignature(signature(in_key)))
        for voice, line in enumerate(voices, start=1):
            place = measure if len(voices) == 1 else stream.Voice(id=str(voice))
            for written in line:
                place.insert(_quarters(written.start), _element(written, start, spelling, score.metre.bar_ticks))
            if place is not measure:
                measure.insert(0, place)
        staff.append(measure)
    measure.rightBarline = bar.Barline("final")
    staff.makeNotation(inPlace=True)


def _clef(notes: Sequence[Note]) -> clef.Clef:
    """Treble for an empty staff."""
    mean = sum(note.pitch for note in notes) / len(notes) if notes else _TREBLE_FROM
    return clef.TrebleClef() if mean >= _TREBLE_FROM else clef.BassClef()


def _quarters(ticks: int) -> Fraction:
    return Fraction(ticks, TICKS_PER_QUARTER)


def _element(written: Written, bar_start: int, spelling: Spelling, bar_ticks: int) -> note.GeneralNote:
    length = _quarters(written.duration)
    if not written.pitches:
        rest = note.Rest(quarterLength=length)
        rest.fullMeasure = written.duration == bar_ticks
        return rest
    names = [_name(spelling.of(pitch, bar_start + written.start)) for pitch in written.pitches]
    struck = note.Note(names[0], quarterLength=length) if len(names) == 1 else chord.Chord(names, quarterLength=length)
    if written.tied or written.tied_back:
        struck.tie = tie.Tie("stop" if not written.tied else "continue" if written.tied_back else "start")
    return struck


def _name(spelled: tuple[str, int, int]) -> str:
    """As music21 spells pitches: E-4, F##5."""
    letter, alteration, octave = spelled
    return f"{letter}{'#' * alteration}{'-' * -alteration}{octave}"


def _mark_tempo(staff: stream.Part, score: Score) -> None:
    """The tempo in felt beats at the beginning, and "rit." where it slows down for good; breathing is not printed."""
    measures = list(staff.getElementsByClass(stream.Measure))
    beat = score.metre.beat_ticks
    quarters = score.tempos[0].quarters_per_minute
    beats = round(quarters * TICKS_PER_QUARTER / beat)
    measures[0].insert(0, tempo.MetronomeMark(number=beats, referent=duration.Duration(_quarters(beat))))
    slowing = _slowing(score.tempos)
    if slowing is not None and slowing.start < score.ticks:
        index, tick = divmod(slowing.start, score.metre.bar_ticks)
        measures[index].insert(_quarters(tick), expressions.TextExpression("rit."))


def _mark_harmony(staff: stream.Part, score: Score, numerals: Sequence[Numeral]) -> None:
    """Numerals as words below the staff: unlike lyrics they need no note that begins with the chord."""
    measures = list(staff.getElementsByClass(stream.Measure))
    for numeral in numerals:
        index, tick = divmod(numeral.start, score.metre.bar_ticks)
        words = expressions.TextExpression(numeral.text)
        words.placement = "below"
        measures[index].insert(_quarters(tick), words)


def _slowing(tempos: Sequence[Tempo]) -> Tempo | None:
    """The first of the tempos at the end of which each is slower than the one before."""
    first = None
    for slower, earlier in pairwise(tempos[::-1]):
        if slower.quarters_per_minute >= earlier.quarters_per_minute:
            break
        first = slower
    return first
