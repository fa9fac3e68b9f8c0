"""What metrical and free music share in a MIDI file: ticks, tracks, titles and settings."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING

import mido

from composer.music.score import TICKS_PER_QUARTER, Metre

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from composer.music.score import Tempo
    from composer.performance.instruments import Voice

PULSES_PER_QUARTER = 480
"""MIDI ticks a quarter, which all programs take well; a tick of a score is twenty of them."""

PULSES = PULSES_PER_QUARTER // TICKS_PER_QUARTER

MARK = "cadenza:"
"""What the text event with the settings begins with."""

MICROSECONDS_A_MINUTE = 60_000_000
_LONGEST_QUARTER = 2**24 - 1
"""Microseconds that a tempo event can hold: 3.6 quarters a minute."""

_VOLUME, _PAN, _REVERB = 7, 10, 91


def new_file() -> mido.MidiFile:
    """A file in format 1, without tracks."""
    return mido.MidiFile(type=1, ticks_per_beat=PULSES_PER_QUARTER)


def bytes_of(file: mido.MidiFile) -> bytes:
    """The file as it stands on a disk."""
    buffer = BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def track_of(messages: Iterable[tuple[int, mido.Message]], end: int) -> mido.MidiTrack:
    """A track of messages with their times in MIDI ticks from the beginning, in order; it takes the messages over."""
    track = mido.MidiTrack()
    now = 0
    for time, message in messages:
        message.time = time - now
        track.append(message)
        now = time
    track.append(mido.MetaMessage("end_of_track", time=end - now))
    return track


def timed(track: mido.MidiTrack) -> Iterator[tuple[int, mido.Message]]:
    """Messages with their times in MIDI ticks from the beginning."""
    now = 0
    for message in track:
        now += message.time
        yield now, message


def head(title: str, settings: Mapping[str, object]) -> Iterator[tuple[int, mido.MetaMessage]]:
    """Title and settings, with which the first track begins."""
    yield 0, track_name(title)
    text = json.dumps(dict(settings), sort_keys=True, separators=(",", ":"), allow_nan=False)
    yield 0, mido.MetaMessage("text", text=f"{MARK}{text}")


def read_settings_text(file: mido.MidiFile) -> dict[str, object]:
    """The settings of a file that begins with a `head`; raises anything if there are none."""
    texts = [message.text for message in file.tracks[0] if message.type == "text"]
    settings = json.loads(next(text for text in texts if text.startswith(MARK)).removeprefix(MARK))
    if not isinstance(settings, dict):
        raise TypeError("settings have names")
    return settings


def opening_in(conducting: mido.MidiTrack) -> int:
    """Ticks of the first bar before the upbeat with which a file of ours begins, by its first track; 0 without one."""
    for time, message in timed(conducting):
        if time and message.type == "time_signature":
            return Metre(message.numerator, message.denominator).bar_ticks - time // PULSES
    return 0


def track_name(name: str) -> mido.MetaMessage:
    """The name of a track, of any letters: mido, which writes Latin-1, turns this into UTF-8."""
    return mido.MetaMessage("track_name", name=name.encode().decode("latin-1"))


def set_tempo(tempo: Tempo) -> mido.MetaMessage:
    """A tempo to a microsecond a quarter."""
    quarter = round(MICROSECONDS_A_MINUTE / tempo.quarters_per_minute)
    return mido.MetaMessage("set_tempo", tempo=min(max(quarter, 1), _LONGEST_QUARTER))


def control(channel: int, number: int, value: int) -> mido.Message:
    """A controller set to a value."""
    return mido.Message("control_change", channel=channel, control=number, value=value)


def program(channel: int, number: int) -> mido.Message:
    """A channel's change to a program."""
    return mido.Message("program_change", channel=channel, program=number)


def sound_of(voice: Voice, channel: int) -> Iterator[mido.Message]:
    """Program, volume, place and reverberation of a voice."""
    yield program(channel, voice.program)
    for number, value in ((_VOLUME, voice.volume), (_PAN, voice.pan), (_REVERB, voice.reverb)):
        yield control(channel, number, value)
