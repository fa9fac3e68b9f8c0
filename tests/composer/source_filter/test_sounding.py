"""Notes as they sound, from MIDI as it is written."""

from __future__ import annotations

from io import BytesIO

import mido
import pytest

from composer.errors import RequestError
from composer.source_filter.sounding import read_strands, without_programs
from tests.composer.source_filter.played import control, file_of, program, stroke

PEDAL, VOLUME, PAN, REVERB = 64, 7, 10, 91


def notes_of(*messages):
    (strand,) = read_strands(file_of(*messages))
    return strand.notes


def test_a_note_lasts_until_key_and_pedal_are_up() -> None:
    first, second = notes_of(control(0.0, PEDAL, 127), *stroke(0.5, 1, 60), control(2, PEDAL, 0), *stroke(2.5, 3, 60))

    assert (first.start, first.end) == pytest.approx((0.5, 2))
    assert (second.start, second.end) == pytest.approx((2.5, 3))


def test_a_key_that_is_struck_again_under_the_pedal_ends_the_note_before() -> None:
    first, second = notes_of(control(0.0, PEDAL, 127), *stroke(0.5, 1, 60), *stroke(1.5, 2, 60))

    assert (first.end, second.end) == pytest.approx((1.5, 4))


def test_velocity_and_volume_are_squared() -> None:
    (note,) = notes_of(control(0.0, VOLUME, 50), *stroke(0, 1, 60, velocity=127))

    assert note.level == pytest.approx(0.25)


def test_pitch_bend_goes_as_far_as_the_channel_says() -> None:
    reach = [control(0.0, 101, 0), control(0.0, 100, 0), control(0.0, 6, 12)]
    bend = (1.5, mido.Message("pitchwheel", pitch=4096))

    before, bent = notes_of(*reach, *stroke(0.5, 1, 60), bend, *stroke(1.25, 2, 60))

    assert before.bends == ()
    assert [second for second, _ in bent.bends] == pytest.approx([1.25, 1.5])
    assert [semitones for _, semitones in bent.bends] == [0, 6]


def test_notes_are_parted_by_sound_and_place_and_drums_are_left_out() -> None:
    music = file_of(
        program(40), control(0.0, PAN, 30), control(0.0, REVERB, 60), *stroke(0, 1, 60),
        program(42, channel=1), *stroke(0, 1, 48, channel=1), *stroke(0, 1, 38, channel=9),
    )  # fmt: skip

    assert [(one.program, one.pan, one.reverb, len(one.notes)) for one in read_strands(music)] == [
        (40, 30, 60, 1),
        (42, 64, 40, 1),
    ]


def test_a_file_without_some_programs_keeps_all_else_in_its_time() -> None:
    music = file_of(
        *stroke(0, 1, 60), program(48, channel=1), *stroke(1.5, 2, 48, channel=1), *stroke(3, 3.5, 38, channel=9)
    )

    left = without_programs(music, {0})

    assert left is not None
    assert [note.start for strand in read_strands(left) for note in strand.notes] == pytest.approx([1.5])
    assert [message.note for message in mido.MidiFile(file=BytesIO(left)) if message.type == "note_on"] == [48, 38]
    assert without_programs(file_of(*stroke(0, 1, 60)), {0}) is None


def test_what_is_no_midi_is_refused() -> None:
    with pytest.raises(RequestError, match="not a MIDI file"):
        read_strands(b"RIFF")
