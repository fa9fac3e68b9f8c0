"""Free score <-> MIDI files: sounds at any moment, and glissandi as pitch bend."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import mido

from composer.music.free_score import KEY, METRE, FreeNote, FreeScore
from composer.music.score import Part, Tempo
from composer.performance.arrangement import CHANNELS
from composer.performance.gliding import BEND_RANGE, plain_players, share_out
from composer.performance.instruments import DRUMS
from composer.performance.midi_events import (
    MICROSECONDS_A_MINUTE,
    PULSES,
    PULSES_PER_QUARTER,
    bytes_of,
    control,
    head,
    new_file,
    set_tempo,
    sound_of,
    timed,
    track_name,
    track_of,
)
from composer.performance.timbres import timbres_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from composer.performance.instruments import Instrument
    from composer.performance.timbres import Timbre

Ranked = tuple[int, int, mido.Message]
"""Time in MIDI ticks, rank among the messages of that time, and message."""

_BEND_STEP = 30
"""MIDI ticks between the steps of a glissando, about 16 ms: a step of a fast one, 10 semitones a second, is 0.16."""

_MOST_BEND = 8191
_DATA, _FINE_DATA, _PARAMETER, _FINE_PARAMETER = 6, 38, 101, 100
_BEND_SENSITIVITY, _NO_PARAMETER = 0, 127
_OFF, _BEND, _ON = 0, 1, 2
"""At one time keys go up first, then pitch bends, then keys go down."""


def write(score: FreeScore, *, instrument: Instrument, title: str, settings: Mapping[str, object]) -> bytes:
    """A standard MIDI file in format 1 without time signature: a track for the tempo, then those of each timbre.

    A timbre that does not play has a track as well, so that the file names all of them in order. The same arguments
    give the same bytes.

    Args:
        score: What is played, on the timbres of the instrument.
        instrument: What plays it.
        title: Name of the first track.
        settings: Plain values that stand in the file as JSON, so that the piece can be composed again.
    """
    timbres = timbres_of(instrument)
    end = score.ticks * PULSES
    file = new_file()
    file.tracks.append(track_of([*head(title, settings), (0, set_tempo(score.tempos[0]))], end))
    players = plain_players(score.notes, timbres)
    tracks = [*_drum_tracks(score.notes, timbres), *_plain_tracks(score.notes, timbres, players)]
    tracks += _gliding_tracks(score.notes, timbres, _channels()[len(players) :])
    heard = {timbre for timbre, _ in tracks}
    tracks += [(number, [(0, track_name(one.name))]) for number, one in enumerate(timbres) if number not in heard]
    for _, messages in sorted(tracks, key=lambda track: track[0]):
        file.tracks.append(track_of(messages, end))
    return bytes_of(file)


def _channels() -> list[int]:
    return [channel for channel in range(16) if channel != CHANNELS[Part.DRUMS]]


Track = tuple[int, "list[tuple[int, mido.Message]]"]
"""Index of a timbre, and the messages of one of its tracks with their times."""


def _drum_tracks(notes: Iterable[FreeNote], timbres: Sequence[Timbre]) -> Iterator[Track]:
    channel = CHANNELS[Part.DRUMS]
    struck = sorted((note for note in notes if note.is_drum), key=lambda note: note.timbre)
    for timbre, own in groupby(struck, key=lambda note: note.timbre):
        opening = [track_name(timbres[timbre].name), *sound_of(DRUMS, channel)]
        yield timbre, _in_order(opening, [stroke for note in own for stroke in _strokes(note, channel)])


def _plain_tracks(
    notes: Iterable[FreeNote], timbres: Sequence[Timbre], players: Sequence[tuple[int, int]]
) -> Iterator[Track]:
    strokes: dict[tuple[int, int], list[Ranked]] = {player: [] for player in players}
    channels = dict(zip(players, _channels(), strict=False))
    for note in notes:
        if not note.is_drum and not note.glide:
            player = note.timbre, timbres[note.timbre].voice_of(note.pitch)
            strokes[player] += _strokes(note, channels[player])
    for (timbre, voice), own in strokes.items():
        sound = sound_of(timbres[timbre].voices[voice], channels[timbre, voice])
        yield timbre, _in_order([track_name(timbres[timbre].name), *sound], own)


def _gliding_tracks(notes: Sequence[FreeNote], timbres: Sequence[Timbre], channels: Sequence[int]) -> Iterator[Track]:
    """A track for each timbre and player of glissandi; a channel may serve several timbres, one after the other."""
    shared = sorted(share_out(notes, timbres), key=lambda one: (one[1].timbre, one[0]))
    for (timbre, player), own in groupby(shared, key=lambda one: (one[1].timbre, one[0])):
        channel = channels[player]
        messages = [message for _, note in own for message in _slide(note, timbres[timbre], channel)]
        yield timbre, _in_order([track_name(timbres[timbre].name), *_bend_range(channel)], messages)


def _in_order(opening: Iterable[mido.Message], ranked: Iterable[Ranked]) -> list[tuple[int, mido.Message]]:
    following = sorted(ranked, key=lambda one: one[:2])
    return [*((0, message) for message in opening), *((time, message) for time, _, message in following)]


def _bend_range(channel: int) -> Iterator[mido.Message]:
    """Registered parameter 0: how far pitch bend reaches."""
    for number, value in (
        (_PARAMETER, _BEND_SENSITIVITY),
        (_FINE_PARAMETER, _BEND_SENSITIVITY),
        (_DATA, BEND_RANGE),
        (_FINE_DATA, 0),
        (_PARAMETER, _NO_PARAMETER),
        (_FINE_PARAMETER, _NO_PARAMETER),
    ):
        yield control(channel, number, value)


def _strokes(note: FreeNote, channel: int) -> Iterator[Ranked]:
    begin, end = _begin(note), _end(note)
    key = {"channel": channel, "note": note.pitch}
    yield begin, _ON, mido.Message("note_on", velocity=note.velocity, **key)
    yield end, _OFF, mido.Message("note_off", **key)


def _begin(note: FreeNote) -> int:
    return round((note.start + note.late) * PULSES)


def _end(note: FreeNote) -> int:
    return round((note.end + note.late) * PULSES)


def _slide(note: FreeNote, timbre: Timbre, channel: int) -> Iterator[Ranked]:
    """A glissando: its sound, its strokes and the steps of its bend, from its beginning to its end."""
    begin, end = _begin(note), _end(note)
    for message in sound_of(timbre.voices[timbre.voice_of(note.pitch)], channel):
        yield begin, _BEND, message
    yield from _strokes(note, channel)
    for time in (*range(begin, end, _BEND_STEP), end):
        risen = note.glide * (time - begin) / (end - begin)
        bend = round(risen / BEND_RANGE * _MOST_BEND)
        # The last step comes before the key goes up.
        yield time, _BEND if time < end else _OFF - 1, mido.Message("pitchwheel", channel=channel, pitch=bend)


def is_free(file: mido.MidiFile) -> bool:
    """Whether a file that we wrote holds free music: it names no metre."""
    return all(message.type != "time_signature" for message in file.tracks[0])


def read(file: mido.MidiFile) -> FreeScore:
    """The score of a file that `write` made; raises anything if it is from another program."""
    if file.ticks_per_beat != PULSES_PER_QUARTER:
        raise ValueError("another program's ticks")
    conducting = list(timed(file.tracks[0]))
    tempo = next(message.tempo for _, message in conducting if message.type == "set_tempo")
    tracks = [(track.name.encode("latin-1").decode(), track) for track in file.tracks[1:]]
    timbres = tuple(dict.fromkeys(name for name, _ in tracks))
    notes = tuple(note for name, track in tracks for note in _notes(track, timbres.index(name)))
    bars = conducting[-1][0] // (METRE.bar_ticks * PULSES)
    return FreeScore(notes, METRE, bars, KEY, (Tempo(0, MICROSECONDS_A_MINUTE / tempo),), timbres=timbres)


def _notes(track: mido.MidiTrack, timbre: int) -> Iterator[FreeNote]:
    struck: dict[int, tuple[int, int]] = {}
    bend = 0
    for time, message in timed(track):
        if message.type == "pitchwheel":
            bend = message.pitch
        elif message.type == "note_on":
            struck[message.note] = time, message.velocity
        elif message.type == "note_off":
            begun, velocity = struck.pop(message.note)
            start, late = divmod(begun, PULSES)
            part = Part.DRUMS if message.channel == CHANNELS[Part.DRUMS] else Part.MELODY
            yield FreeNote(
                start,
                max(round((time - begun) / PULSES), 1),
                message.note,
                velocity,
                part,
                late / PULSES,
                bend / _MOST_BEND * BEND_RANGE,
                timbre,
            )
