"""Score <-> MIDI files: writing them, and reading what we wrote."""

from __future__ import annotations

import json
import math
from io import BytesIO
from typing import TYPE_CHECKING

import mido

from composer.errors import RequestError
from composer.music.analysis import signature_of
from composer.music.score import TICKS_PER_QUARTER, Key, KeyChange, Metre, Mode, Note, Score, Tempo, note_order
from composer.performance.arrangement import CHANNELS, arrange
from composer.performance.pedal import pedalled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from composer.performance.arrangement import Track
    from composer.performance.instruments import Instrument
    from composer.performance.pedal import Span

PULSES_PER_QUARTER = 480
"""MIDI ticks a quarter, which all programs take well; a tick of a score is twenty of them."""

PULSES = PULSES_PER_QUARTER // TICKS_PER_QUARTER

MARK = "cadenza:"
"""What the text event with the settings begins with."""

RELEASE = PULSES_PER_QUARTER // 40
"""MIDI ticks by which a note ends early when its key is struck again at once: a synthesiser needs them."""

_MICROSECONDS_A_MINUTE = 60_000_000
_LONGEST_QUARTER = 2**24 - 1
"""Microseconds that a tempo event can hold: 3.6 quarters a minute."""

_VOLUME, _PAN, _PEDAL, _REVERB = 7, 10, 64, 91
_DOWN, _UP = 127, 0

_KEY_NAMES = {
    Mode.MAJOR: ("Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "Gb"),
    Mode.MINOR: ("Bbm", "Fm", "Cm", "Gm", "Dm", "Am", "Em", "Bm", "F#m", "C#m", "G#m", "Ebm"),
}
"""By accidentals, from 5 flats on; the last has 6."""

_KEYS = {_KEY_NAMES[mode][signature_of(Key(tonic, mode)) + 5]: Key(tonic, mode) for mode in Mode for tonic in range(12)}

_NOT_OURS = "this is not a MIDI file that Cadenza wrote; name one that is"


def write(
    score: Score, *, instrument: Instrument, title: str, settings: Mapping[str, object], pedal: bool = True
) -> bytes:
    """A standard MIDI file in format 1: a track for tempo, metre and key, then one for each voice.

    Every track ends with the last bar. The same arguments give the same bytes.

    Args:
        score: What is played.
        instrument: What plays it.
        title: Name of the first track.
        settings: Plain values that stand in the file as JSON, so that the piece can be composed again.
        pedal: Whether voices that have a sustain pedal use it.
    """
    file = mido.MidiFile(type=1, ticks_per_beat=PULSES_PER_QUARTER)
    end = score.ticks * PULSES
    file.tracks.append(_track(_conducting(score, title, settings), end))
    tracks = arrange(score, instrument).tracks
    on_pedal = [note for track in tracks if track.voice.pedal for note in track.notes]
    spans = pedalled(sorted(on_pedal, key=note_order), metre=score.metre, ticks=score.ticks) if pedal else ()
    for track in tracks:
        file.tracks.append(_track(_playing(track, spans if track.voice.pedal else ()), end))
    buffer = BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def _track(messages: Iterable[tuple[int, mido.Message]], end: int) -> mido.MidiTrack:
    """A track of messages with their times in MIDI ticks from the beginning, in order."""
    track = mido.MidiTrack()
    now = 0
    for time, message in messages:
        track.append(message.copy(time=time - now))
        now = time
    track.append(mido.MetaMessage("end_of_track", time=end - now))
    return track


def _conducting(score: Score, title: str, settings: Mapping[str, object]) -> Iterator[tuple[int, mido.MetaMessage]]:
    metre = score.metre
    yield 0, mido.MetaMessage("track_name", name=_text(title))
    text = json.dumps(dict(settings), sort_keys=True, separators=(",", ":"), allow_nan=False)
    yield 0, mido.MetaMessage("text", text=f"{MARK}{text}")
    yield 0, mido.MetaMessage("time_signature", numerator=metre.numerator, denominator=metre.denominator)
    yield 0, _key_signature(score.key)
    changing = [(change.start, _key_signature(change.key)) for change in score.key_changes]
    changing += [(tempo.start, _set_tempo(tempo)) for tempo in score.tempos]
    for start, message in sorted(changing, key=lambda change: change[0]):
        if start < score.ticks:
            yield start * PULSES, message


def _key_signature(key: Key) -> mido.MetaMessage:
    return mido.MetaMessage("key_signature", key=_KEY_NAMES[key.mode][signature_of(key) + 5])


def _set_tempo(tempo: Tempo) -> mido.MetaMessage:
    quarter = round(_MICROSECONDS_A_MINUTE / tempo.quarters_per_minute)
    return mido.MetaMessage("set_tempo", tempo=min(max(quarter, 1), _LONGEST_QUARTER))


def _text(text: str) -> str:
    """What mido, which writes Latin-1, turns into the UTF-8 of `text`."""
    return text.encode().decode("latin-1")


def _playing(track: Track, spans: Iterable[Span]) -> Iterator[tuple[int, mido.Message]]:
    voice, channel = track.voice, track.channel
    yield 0, mido.MetaMessage("track_name", name=_text(voice.name))
    yield 0, mido.Message("program_change", channel=channel, program=voice.program)
    for control, value in ((_VOLUME, voice.volume), (_PAN, voice.pan), (_REVERB, voice.reverb)):
        yield 0, _control(channel, control, value)
    # At one time keys go up first, then the pedal moves, then keys go down.
    ranked = [*_strokes(track), *((time, 1, message) for time, message in _pedalling(spans, channel))]
    for time, _, message in sorted(ranked, key=lambda ranked: ranked[:2]):
        yield time, message


def _control(channel: int, control: int, value: int) -> mido.Message:
    return mido.Message("control_change", channel=channel, control=control, value=value)


def _pedalling(spans: Iterable[Span], channel: int) -> Iterator[tuple[int, mido.Message]]:
    for span in spans:
        yield span.start * PULSES, _control(channel, _PEDAL, _DOWN)
        yield span.end * PULSES, _control(channel, _PEDAL, _UP)


def _strokes(track: Track) -> Iterator[tuple[int, int, mido.Message]]:
    """(time, rank, message) of every key that goes down or up."""
    struck = {(note.start, note.pitch) for note in track.notes}
    for note in track.notes:
        early = RELEASE if (note.end, note.pitch) in struck else 0
        key = {"channel": track.channel, "note": note.pitch}
        yield note.start * PULSES, 2, mido.Message("note_on", velocity=note.velocity, **key)
        yield note.end * PULSES - early, 0, mido.Message("note_off", **key)


def read(data: bytes) -> tuple[Score, dict[str, object]]:
    """The score and the settings of a file that `write` made.

    Notes come back in the part whose voice plays them, at the pitch at which they sound: for the piano these are
    those of the score, where no key is struck again while it sounds. Tempos are exact to a microsecond a quarter.

    Raises:
        RequestError: If the file is damaged or from another program.
    """
    try:
        file = mido.MidiFile(file=BytesIO(data))
        return _score(file), _settings(file)
    except Exception as error:  # mido raises whatever damaged bytes lead it into
        raise RequestError(_NOT_OURS) from error


def _settings(file: mido.MidiFile) -> dict[str, object]:
    texts = [message.text for message in file.tracks[0] if message.type == "text"]
    settings = json.loads(next(text for text in texts if text.startswith(MARK)).removeprefix(MARK))
    if not isinstance(settings, dict):
        raise TypeError("settings have names")
    return settings


def _score(file: mido.MidiFile) -> Score:
    if file.ticks_per_beat != PULSES_PER_QUARTER:
        raise ValueError("another program's ticks")
    conducting = list(_timed(file.tracks[0]))
    found = {message.type: message for _, message in conducting}
    metre = Metre(found["time_signature"].numerator, found["time_signature"].denominator)
    tempos = tuple(
        Tempo(time // PULSES, _MICROSECONDS_A_MINUTE / message.tempo)
        for time, message in conducting
        if message.type == "set_tempo"
    )
    first, *changes = (
        KeyChange(time // PULSES, _KEYS[message.key]) for time, message in conducting if message.type == "key_signature"
    )
    notes = tuple(note for track in file.tracks[1:] for note in _notes(track))
    bars = conducting[-1][0] // (metre.bar_ticks * PULSES)
    return Score(notes, metre, bars, first.key, tempos, tuple(changes))


def _timed(track: mido.MidiTrack) -> Iterator[tuple[int, mido.Message]]:
    """Messages with their times in MIDI ticks from the beginning."""
    now = 0
    for message in track:
        now += message.time
        yield now, message


def _notes(track: mido.MidiTrack) -> Iterator[Note]:
    parts = {channel: part for part, channel in CHANNELS.items()}
    struck: dict[int, tuple[int, int]] = {}
    for time, message in _timed(track):
        if message.type == "note_on":
            struck[message.note] = time, message.velocity
        elif message.type == "note_off":
            start, velocity = struck.pop(message.note)
            # Rounded up, because a key that is struck again at once goes up early.
            duration = math.ceil((time - start) / PULSES)
            yield Note(start // PULSES, duration, message.note, velocity, parts[message.channel])
