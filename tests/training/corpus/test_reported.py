"""Files of kinds that people reported to be misread, each with what is right: see the folders of `reported`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from composer.formats.part_roles import FIND_OUT
from composer.formats.sections import Refused, Transcript, sections_of
from composer.music.score import Part
from training.corpus.read_cache import bytes_of, transcripts_of
from training.corpus.sources import SourcePiece

REPORTED = Path(__file__).parent / "reported"


@dataclass(frozen=True)
class Right:
    """What is right about a piece: how many notes each part has, and the metre and bars of its sections."""

    parts: dict[Part, int]
    sections: tuple[tuple[str, int], ...] = (("4/4", 12),)


HANDS = Right({Part.MELODY: 48, Part.ACCOMPANIMENT: 12})
ALONE = Right({Part.MELODY: 48})
STROKES = Right({Part.DRUMS: 96})
THREE_SEQUENCES = [ALONE, Right({Part.MELODY: 36}, (("3/4", 12),)), ALONE]

RIGHT: dict[str, list[Right]] = {
    "drums-outside-gm/39_drums_outside_gm.mid": [STROKES],
    "drums-outside-gm/m_drums_half_outside.mid": [STROKES],
    "midi-f7-and-headers/01_riff.mid": [HANDS],
    "midi-f7-and-headers/04_smpte.mid": [ALONE],
    "midi-f7-and-headers/20_header_len8.mid": [HANDS],
    "midi-f7-and-headers/58_byte_order_mark.mid": [HANDS],
    "midi-f7-and-headers/b_f7_escape_f7_end.mid": [ALONE],
    "midi-f7-and-headers/c_f7_empty.mid": [ALONE],
    "midi-f7-and-headers/d_f0_f7_packets.mid": [ALONE],
    "midi-format-2/05_format2.mid": THREE_SEQUENCES,
    "midi-format-2/h_format2_strings.mid": THREE_SEQUENCES,
    "midi-late-time-signature/06_ts_at_end.mid": [HANDS],
    "midi-late-time-signature/07_ts_after_8_bars.mid": [Right({Part.MELODY: 68}, (("4/4", 8), ("3/4", 12)))],
    "midi-program-change/24_program_change_mid.mid": [HANDS],
    "midi-program-change/i_piano_program_change.mid": [HANDS],
    "long-notes-are-not-silence/51_gap_in_middle.mid": [
        Right({Part.MELODY: 96, Part.ACCOMPANIMENT: 24}, (("4/4", 12), ("4/4", 12)))
    ],
    "long-notes-are-not-silence/slow_choir.musicxml": [
        Right({Part.MELODY: 12, Part.ACCOMPANIMENT: 24, Part.BASS: 12}, (("4/4", 23),))
    ],
    "no-metre-refused/10_no_barlines.krn": [HANDS],
    "no-metre-refused/12_no_time.musicxml": [ALONE],
    "one-stray-note/j_keyswitches.mid": [Right({Part.MELODY: 48, Part.BASS: 12})],
    "one-stray-note/k_one_stray_127.mid": [Right({Part.MELODY: 49})],
    "one-stray-note/n_piano_third_track.mid": [Right({Part.MELODY: 48, Part.ACCOMPANIMENT: 13})],
    "musicxml-containers/02_no_divisions.musicxml": [ALONE],
    "musicxml-containers/17_timewise.musicxml": [ALONE],
    "musicxml-containers/31_plain_xml_named.mxl": [ALONE],
    "musicxml-containers/32_mxl_named.musicxml": [ALONE],
    "musicxml-containers/33_mxl_named.xml": [ALONE],
    "musicxml-containers/35_macosx_first.mxl": [ALONE],
    "musicxml-drums-as-melody/56_drumset.musicxml": [Right({Part.DRUMS: 48})],
    "musicxml-drums-as-melody/drums_Drum_Kit.musicxml": [Right({Part.MELODY: 48, Part.DRUMS: 48})],
    "musicxml-drums-as-melody/drumset_own_instruments.musicxml": [Right({Part.MELODY: 48, Part.DRUMS: 48})],
    "doom-mus/two_hands.mus": [HANDS],
    "krn-spines/04_exchange.krn": [Right({Part.MELODY: 45, Part.ACCOMPANIMENT: 12})],
    "krn-spines/05_add_spine.krn": [Right({Part.MELODY: 54, Part.ACCOMPANIMENT: 12})],
    "krn-spines/06_two_segments.krn": [ALONE, ALONE],
}


def read(name: str) -> list[Transcript]:
    piece = SourcePiece(REPORTED / name, "reported", FIND_OUT, "", "", "", "unknown", "train")
    return transcripts_of(piece, bytes_of(piece))


@pytest.mark.parametrize("name", RIGHT)
def test_reported_file_is_read_as_it_is_meant(name: str) -> None:
    transcripts = read(name)

    assert len(transcripts) == len(RIGHT[name])
    for transcript, right in zip(transcripts, RIGHT[name], strict=True):
        sections = [section.score for section in sections_of(transcript)]
        assert Counter(note.part for note in transcript.notes) == right.parts
        assert tuple((f"{one.metre.numerator}/{one.metre.denominator}", one.bars) for one in sections) == right.sections


@pytest.mark.parametrize(
    ("name", "velocities"),
    [
        ("09_piano_dynamics.musicxml", {Part.MELODY: 40, Part.ACCOMPANIMENT: 40}),
        ("23_dynam_each.krn", {Part.MELODY: 40, Part.BASS: 101}),
    ],
)
def test_dynamics_hold_for_the_whole_instrument_and_no_other(name: str, velocities: dict[Part, int]) -> None:
    [transcript] = read(f"dynamics-of-a-piano/{name}")

    assert {note.part: note.velocity for note in transcript.notes} == velocities


def test_note_that_names_its_drum_is_that_drum() -> None:
    [transcript] = read("musicxml-drums-as-melody/drumset_own_instruments.musicxml")

    assert {note.pitch for note in transcript.notes if note.part is Part.DRUMS} == {36, 38, 42, 56}


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("clarinet_A", 57), ("clarinet_Bb", 58), ("clarinet_Eb", 63), ("musescore_clarinet_A", 57), ("horn_D", 50),
        ("horn_Eb", 51), ("trumpet_A", 57), ("trumpet_Bb", 58), ("trumpet_D", 62), ("sax_noprog", 51),
        ("flute_alto", 53), ("oboe_damore", 57), ("contrabass", 48), ("guitar", 48),
    ],
)  # fmt: skip
def test_written_notes_sound_where_transpose_says(name: str, first: int) -> None:
    [transcript] = read(f"musicxml-transposition/{name}.musicxml")

    assert transcript.notes[0].pitch == first


def test_packets_of_system_messages_move_no_note() -> None:
    [transcript] = read("midi-f7-and-headers/d_f0_f7_packets.mid")

    assert [note.start for note in transcript.notes] == [24 * beat for beat in range(48)]


def test_hi_hats_edges_are_hi_hats() -> None:
    [transcript] = read("drums-outside-gm/m_drums_half_outside.mid")

    assert {note.pitch for note in transcript.notes} == {36, 38, 42, 46}


@pytest.mark.parametrize("name", sorted(str(path.relative_to(REPORTED)) for path in REPORTED.rglob("*.*")))
def test_every_reported_file_is_read_or_refused_in_words(name: str) -> None:
    try:
        assert read(name)
    except Refused as reason:
        assert "Error" not in str(reason)  # noqa: PT017 - either is right
