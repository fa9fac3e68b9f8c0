"""Score <-> MIDI files: writing them, and reading what we wrote."""

from __future__ import annotations

import math
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, TypeVar

import mido

from composer.errors import RequestError
from composer.music.analysis import signature_of
from composer.music.fluctuation import player_of
from composer.music.free_score import FreeScore
from composer.music.score import Key, KeyChange, Metre, Mode, Note, Part, Score, Tempo, note_order
from composer.performance import free_midi
from composer.performance.arrangement import CHANNELS, INNER_CHANNELS, TIMPANI_CHANNEL, arrange
from composer.performance.chord_markers import markers_of
from composer.performance.footwork import plain_pedalling, played_pedalling
from composer.performance.keyboard import is_piano, pianist_times
from composer.performance.midi_events import (
    MICROSECONDS_A_MINUTE,
    PULSES,
    PULSES_PER_QUARTER,
    bytes_of,
    control,
    head,
    new_file,
    opening_in,
    read_settings_text,
    set_tempo,
    sound_of,
    timed,
    track_name,
    track_of,
)
from composer.performance.pedal import pedalled
from composer.performance.timing import plain_times, played_times

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import numpy as np

    from composer.music.numerals import Numeral
    from composer.performance.arrangement import Track
    from composer.performance.footwork import Pedalling
    from composer.performance.instruments import Instrument
    from composer.performance.timing import Times

_AS_WRITTEN, _FEWEST, _MOST = 64, 64, 63
"""Velocity with which a key goes up that was down as long as its note is written.

Each tick of the score by which it goes up early adds one, and by which it goes up late takes one off, so that a file
is read back as its score. Synthesisers do not hear it.
"""

_PEDAL = 64
_DOWN, _UP = 127, 0

_KEY_NAMES = {
    Mode.MAJOR: ("Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "Gb"),
    Mode.MINOR: ("Bbm", "Fm", "Cm", "Gm", "Dm", "Am", "Em", "Bm", "F#m", "C#m", "G#m", "Ebm"),
}
"""By accidentals, from 5 flats on; the last has 6."""

_KEYS = {_KEY_NAMES[mode][signature_of(Key(tonic, mode)) + 5]: Key(tonic, mode) for mode in Mode for tonic in range(12)}

_DENOMINATORS = (4, 8, 16)

_Message = TypeVar("_Message", bound=mido.Message | mido.MetaMessage)

_NOT_OURS = "this is not a MIDI file that Cadenza wrote; name one that is"


def write(
    score: Score,
    *,
    instrument: Instrument,
    title: str,
    settings: Mapping[str, object],
    pedal: bool = True,
    played: bool = False,
    numerals: Sequence[Numeral] = (),
) -> bytes:
    """A standard MIDI file in format 1: a track for tempo, metre and key, then one for each voice.

    Every track ends with the last bar. The same arguments give the same bytes. Music without metre is written by
    `free_midi`. An upbeat stands in a bar of a metre of its own, as notation programs write it.

    Args:
        score: What is played.
        instrument: What plays it.
        title: Name of the first track.
        settings: Plain values that stand in the file as JSON, so that the piece can be composed again.
        pedal: Whether voices that have a sustain pedal use it.
        played: Whether keys go down and up as people's do, see `composer.performance.timing`, not on the grid.
        numerals: Chords that stand in the file as markers, see `composer.performance.chord_markers`.
    """
    if isinstance(score, FreeScore):
        return free_midi.write(score, instrument=instrument, title=title, settings=settings)
    file = new_file()
    end = (score.ticks - score.opening) * PULSES
    file.tracks.append(track_of(_from_opening(_conducting(score, title, settings, numerals), score), end))
    tracks = arrange(score, instrument).tracks
    by_pianist = played and is_piano(instrument)
    on_pedal = [note for track in tracks if track.voice.pedal for note in track.notes]
    spans = pedalled(sorted(on_pedal, key=note_order), metre=score.metre, ticks=score.ticks) if pedal else ()
    rng = player_of(score)
    feet = played_pedalling(spans, score, rng.spawn(1)[0]) if by_pianist else plain_pedalling(spans)
    for track, times in zip(tracks, _times(tracks, score, rng, played=played, by_pianist=by_pianist), strict=True):
        playing = _playing(track, times, feet if track.voice.pedal else ())
        file.tracks.append(track_of(_from_opening(playing, score), end))
    return bytes_of(file)


def _times(
    tracks: Sequence[Track], score: Score, rng: np.random.Generator, *, played: bool, by_pianist: bool
) -> Iterator[Times]:
    """When the keys of each track go down and up."""
    own = [track for track in tracks if by_pianist and track.part is not Part.DRUMS]
    together = iter(pianist_times(own, score, rng.spawn(1)[0]) if own else ())
    for track in tracks:
        if not played:
            yield plain_times(track)
        else:
            yield next(together) if track in own else played_times(track, score, rng)


def _from_opening(messages: Iterable[tuple[int, _Message]], score: Score) -> Iterator[tuple[int, _Message]]:
    """Messages with their times from where the piece begins, which is at its upbeat."""
    return ((max(0, time - score.opening * PULSES), message) for time, message in messages)


def _conducting(
    score: Score, title: str, settings: Mapping[str, object], numerals: Sequence[Numeral]
) -> Iterator[tuple[int, mido.MetaMessage]]:
    metre = score.metre
    yield from head(title, settings)
    yield 0, _time_signature(_metre_lasting(metre.bar_ticks - score.opening, metre))
    yield 0, _key_signature(score.key)
    changing = [(change.start, _key_signature(change.key)) for change in score.key_changes]
    changing += [(tempo.start, set_tempo(tempo)) for tempo in score.tempos]
    changing += [(metre.bar_ticks, _time_signature(metre))] * score.upbeat_bars
    changing += markers_of(numerals)
    for start, message in sorted(changing, key=lambda change: change[0]):
        if start < score.ticks:
            yield start * PULSES, message


def _metre_lasting(ticks: int, metre: Metre) -> Metre:
    """The metre of a bar of whole sixteenths, in the units of another one where that can be."""
    whole = metre.bar_ticks // metre.numerator * metre.denominator
    denominator = next(each for each in (metre.denominator, *_DENOMINATORS) if ticks * each % whole == 0)
    return Metre(ticks * denominator // whole, denominator)


def _time_signature(metre: Metre) -> mido.MetaMessage:
    return mido.MetaMessage("time_signature", numerator=metre.numerator, denominator=metre.denominator)


def _key_signature(key: Key) -> mido.MetaMessage:
    return mido.MetaMessage("key_signature", key=_KEY_NAMES[key.mode][signature_of(key) + 5])


def _playing(track: Track, times: Times, feet: Pedalling) -> Iterator[tuple[int, mido.Message]]:
    voice, channel = track.voice, track.channel
    yield 0, track_name(voice.name)
    for message in sound_of(voice, channel):
        yield 0, message
    # At one time keys go up first, then the pedal moves, then keys go down.
    ranked = [*_strokes(track, times), *((time, 1, message) for time, message in _pedalling(feet, channel))]
    for time, _, message in sorted(ranked, key=lambda ranked: ranked[:2]):
        yield time, message


def _pedalling(feet: Pedalling, channel: int) -> Iterator[tuple[int, mido.Message]]:
    for down, up in feet:
        yield down, control(channel, _PEDAL, _DOWN)
        yield up, control(channel, _PEDAL, _UP)


def _strokes(track: Track, times: Times) -> Iterator[tuple[int, int, mido.Message]]:
    """(time, rank, message) of every key that goes down or up."""
    for note, (down, up) in zip(track.notes, times, strict=True):
        key = {"channel": track.channel, "note": note.pitch}
        yield down, 2, mido.Message("note_on", velocity=note.velocity, **key)
        missing = note.duration - math.ceil((up - down) / PULSES)
        yield up, 0, mido.Message("note_off", velocity=_AS_WRITTEN + max(-_FEWEST, min(_MOST, missing)), **key)


def read(data: bytes) -> tuple[Score, dict[str, object]]:
    """The score and the settings of a file that `write` made.

    Notes come back in the part whose voice plays them, at the pitch at which they sound: for the piano these are
    those of the score, where no key is struck again while it sounds. Tempos are exact to a microsecond a quarter. Of
    music without metre a `FreeScore` comes back.

    Raises:
        RequestError: If the file is damaged or from another program.
    """
    try:
        file = mido.MidiFile(file=BytesIO(data))
        score = free_midi.read(file) if free_midi.is_free(file) else _score(file)
        return score, read_settings_text(file)
    except Exception as error:  # mido raises whatever damaged bytes lead it into
        raise RequestError(_NOT_OURS) from error


def title_of(data: bytes) -> str:
    """Title of the piece in a file that `write` made.

    Raises:
        RequestError: If the file is damaged or from another program.
    """
    try:
        name: str = mido.MidiFile(file=BytesIO(data)).tracks[0].name
        return name.encode("latin-1").decode()
    except Exception as error:  # mido raises whatever damaged bytes lead it into
        raise RequestError(_NOT_OURS) from error


def _score(file: mido.MidiFile) -> Score:
    if file.ticks_per_beat != PULSES_PER_QUARTER:
        raise ValueError("another program's ticks")
    conducting = list(timed(file.tracks[0]))
    written = [message for _, message in conducting if message.type == "time_signature"][-1]
    metre, opening = Metre(written.numerator, written.denominator), opening_in(file.tracks[0])
    tempos = tuple(
        Tempo(time // PULSES + opening if time else 0, MICROSECONDS_A_MINUTE / message.tempo)
        for time, message in conducting
        if message.type == "set_tempo"
    )
    first, *changes = (
        KeyChange(time // PULSES + opening, _KEYS[message.key])
        for time, message in conducting
        if message.type == "key_signature"
    )
    notes = tuple(replace(note, start=note.start + opening) for track in file.tracks[1:] for note in _notes(track))
    bars = (conducting[-1][0] // PULSES + opening) // metre.bar_ticks
    return Score(notes, metre, bars, first.key, tempos, tuple(changes), opening)


def _notes(track: mido.MidiTrack) -> Iterator[Note]:
    parts = {channel: part for part, channel in CHANNELS.items()} | dict.fromkeys(INNER_CHANNELS, Part.ACCOMPANIMENT)
    struck: dict[int, tuple[int, int]] = {}
    for time, message in timed(track):
        if message.type.startswith("note_") and message.channel == TIMPANI_CHANNEL:
            continue
        if message.type == "note_on":
            struck[message.note] = time, message.velocity
        elif message.type == "note_off":
            start, velocity = struck.pop(message.note)
            # Rounded up, because a key that is struck again at once goes up early.
            duration = max(1, math.ceil((time - start) / PULSES) + message.velocity - _AS_WRITTEN)
            yield Note(round(start / PULSES), duration, message.note, velocity, parts[message.channel])
