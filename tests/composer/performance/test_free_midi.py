"""Music without metre as MIDI: glissandi bend as they were planned, as another program would play them."""

from __future__ import annotations

from bisect import bisect_right
from io import BytesIO

import mido
import numpy as np
import pytest

from composer.compose import compose
from composer.errors import RequestError
from composer.music.free_score import FreeNote, FreeScore
from composer.music.score import Part
from composer.performance import midi
from composer.performance.gliding import BEND_RANGE
from composer.performance.instruments import find
from composer.performance.midi_events import PULSES, timed
from composer.request import Request
from composer.stochastic.engine import StochasticEngine

QUARTET = find("quartet")


def opened(data):
    return mido.MidiFile(file=BytesIO(data))


class Channel:
    """What happens on one MIDI channel, with times in MIDI ticks."""

    def __init__(self):
        self.bends = [(-1, 0)]
        self.notes = []
        self.parameter = self.reach = None

    def take(self, time, message):
        match message.type:
            case "pitchwheel":
                self.bends.append((time, message.pitch))
            case "note_on":
                self.notes.append((time, message.note, None))
            case "note_off":
                number = next(n for n, (_, key, end) in enumerate(self.notes) if key == message.note and end is None)
                self.notes[number] = (*self.notes[number][:2], time)
            case "control_change" if message.control in {100, 101}:
                self.parameter = message.value
            case "control_change" if message.control == 6 and self.parameter == 0:
                self.reach = message.value

    def bend_at(self, time):
        """Semitones."""
        return self.bends[bisect_right(self.bends, (time, 8192)) - 1][1] / 8192 * (self.reach or 2)


def played(data):
    """All channels, as a synthesiser follows all tracks at once."""
    channels = [Channel() for _ in range(16)]
    messages = [pair for track in opened(data).tracks for pair in timed(track) if hasattr(pair[1], "channel")]
    for time, message in sorted(messages, key=lambda pair: pair[0]):
        channels[message.channel].take(time, message)
    return channels


def requests():
    rng = np.random.default_rng(0)
    for seed in range(100):
        yield Request(
            model="stochastic", seconds=5, seed=seed, style=("quartet", "orchestra")[seed % 2],
            instrument=("strings", "choir", None, None)[seed // 2 % 4],
            density=float(rng.uniform(0.25, 4)), glissandi=float(rng.uniform(0.5, 2)),
        )  # fmt: skip


def strokes(channels):
    """(begin, key, end) -> the channels that bend, on which that key goes down and up then."""
    found: dict[tuple[int, int, int], list[Channel]] = {}
    for channel in channels:
        for stroke in channel.notes if channel.reach else ():
            found.setdefault(stroke, []).append(channel)
    return found


def test_every_glissando_of_a_hundred_pieces_bends_as_planned_on_a_channel_of_its_own():
    found = 0
    for request in requests():
        piece = compose(request, StochasticEngine())
        channels = played(piece.midi)
        on = strokes(channels)
        gliding = [note for note in piece.score.notes if isinstance(note, FreeNote) and note.glide]
        for note in gliding:
            begin, end = round((note.start + note.late) * PULSES), round((note.end + note.late) * PULSES)
            channel = min(on[begin, note.pitch, end], key=lambda one: abs(one.bend_at(end) - note.glide))
            assert channel.reach == BEND_RANGE
            assert sum(other < end and begin < over for other, _, over in channel.notes) == 1
            step = abs(note.glide) * 30 / (end - begin)
            for time in range(begin, end, 29):
                planned = note.glide * (time - begin) / (end - begin)
                assert abs(channel.bend_at(time) - planned) <= step + 0.01
            assert channel.bend_at(end) == pytest.approx(note.glide, abs=0.01)
        assert len(gliding) == sum(len(channel.notes) for channel in channels if channel.reach)
        found += len(gliding)
    assert found > 2500


def test_what_is_written_is_read_back():
    notes = (
        FreeNote(0, 50, 72, 80, Part.MELODY, 0.35, timbre=0),
        FreeNote(10, 40, 60, 90, Part.MELODY, 0.5, -7.5, 3),
        FreeNote(90, 20, 50, 70, Part.MELODY, 0.0, timbre=2),
    )
    score = FreeScore.of(notes, seconds=4.65, timbres=("Bowed", "Tremolo", "Plucked", "Glissandi"))

    again, settings = midi.read(midi.write(score, instrument=QUARTET, title="", settings={"seed": 7}))

    assert isinstance(again, FreeScore)
    assert settings == {"seed": 7}
    assert again.timbres == score.timbres
    assert again.seconds == pytest.approx(4.65, abs=1e-4)
    for one, other in zip(notes, again.notes, strict=True):
        assert (other.start, other.duration, other.pitch, other.velocity) == (
            one.start, one.duration, one.pitch, one.velocity
        )  # fmt: skip
        assert other.timbre == one.timbre
        assert (other.late, other.glide) == pytest.approx((one.late, one.glide), abs=0.01)


def test_a_file_of_free_music_names_no_metre_and_no_key():
    score = FreeScore.of((FreeNote(0, 50, 72, 80, Part.MELODY),), seconds=4.65, timbres=("Bowed",))

    file = opened(midi.write(score, instrument=QUARTET, title="Cloud", settings={}))

    assert [message.type for message in file.tracks[0]] == ["track_name", "text", "set_tempo", "end_of_track"]
    assert file.length == pytest.approx(4.65, abs=1e-4)


def test_a_damaged_file_is_refused():
    score = FreeScore.of((FreeNote(0, 50, 72, 80, Part.MELODY),), seconds=4.65, timbres=("Bowed",))
    data = midi.write(score, instrument=QUARTET, title="Cloud", settings={})

    with pytest.raises(RequestError, match="not a MIDI file that Cadenza wrote"):
        midi.read(data[:-12])
