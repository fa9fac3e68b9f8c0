from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from composer.formats.midi import read_sections
from composer.formats.sections import Refused
from composer.music.score import Key, Metre, Mode, Note, Part
from composer.tokens.tokenizer import decode, encode
from tests.training import midi_files
from tests.training.midi_files import (
    DRUM_CHANNEL,
    FOUR_FOUR,
    Staff,
    bars_of_chords,
    bars_of_tune,
    signature,
    tempo,
    time_signature,
    two_hands,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import mido

    from composer.formats.sections import Section

Marks = tuple[tuple[float, "mido.MetaMessage"], ...]
THREE_FOUR = (time_signature(0, 3, 4), tempo(0, 90))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "piece.mid"


def sections(
    file: Path, staves: Iterable[Staff], *, marks: Marks = FOUR_FOUR, group: str = "solo-piano"
) -> list[Section]:
    return read_sections(midi_files.write(file, staves, marks=marks), group=group)


def pitches(section: Section, part: Part) -> list[int]:
    return [note.pitch for note in section.score.notes if note.part is part]


def test_piece_for_two_hands_becomes_one_section(file: Path) -> None:
    [section] = sections(file, two_hands(12))

    assert (section.score.metre, section.score.bars, section.bars_after) == (Metre(4, 4), 12, 0)
    assert section.score.tempos[0].quarters_per_minute == pytest.approx(90, abs=0.01)
    assert section.tempo_known
    assert len(section.score.notes) == 11 * 4 + 1 + 12 * 10


def test_every_section_comes_back_from_its_tokens(file: Path) -> None:
    [section] = sections(file, two_hands(12, up=3))
    score = section.score

    assert decode(encode(score), metre=score.metre, key=score.key, tempos=score.tempos) == score


def test_higher_of_two_tracks_is_the_right_hand_in_whatever_order(file: Path) -> None:
    right, left = two_hands(12)

    [one], [other] = sections(file, [right, left]), sections(file, [left, right])

    assert one == other
    assert min(pitches(one, Part.MELODY)) > max(pitches(one, Part.BASS), default=0)


@pytest.mark.parametrize(("up", "moved"), [(0, 0), (1, -1), (2, -2), (5, -5), (6, 6), (7, 5), (11, 1)])
def test_major_pieces_are_moved_to_c_by_the_shortest_way(file: Path, up: int, moved: int) -> None:
    [section] = sections(file, two_hands(12, up=up))

    assert section.transposition == moved
    assert section.score.key == Key(0, Mode.MAJOR)
    assert section.score.notes[-1].pitch % 12 in {0, 4, 7}


def test_key_signature_helps_to_find_the_key(file: Path) -> None:
    fifths = [(bar * 4 + beat, 1, 60 + (0, 7, 2, 9)[beat]) for bar in range(12) for beat in range(4)]
    staves = [Staff(struck=fifths), Staff(struck=[(at, 1, pitch - 24) for at, _, pitch in fifths], channel=1)]

    found = [sections(file, staves, marks=(*FOUR_FOUR, signature(0, key)))[0] for key in ("F", "C", "G")]

    assert [section.transposition for section in found] == [-5, 0, 5]
    assert [section.score.key for section in found] == [Key(9, Mode.MINOR), Key(0, Mode.MAJOR), Key(0, Mode.MAJOR)]


def test_times_and_lengths_are_rounded_to_the_grid(file: Path) -> None:
    right, left = two_hands(12)
    late = Staff(struck=[(at + 0.01, length - 0.03, pitch) for at, length, pitch in right.struck])

    [section] = sections(file, [late, left])

    assert {note.start % 24 for note in section.score.notes} == {0}
    assert {note.duration for note in section.score.notes} == {24, 96}


def test_zero_length_notes_are_left_out(file: Path) -> None:
    right, left = two_hands(12)

    [section] = sections(file, [Staff(struck=[*right.struck, (0, 0, 100)]), left])

    assert 100 not in pitches(section, Part.MELODY)


def test_what_rings_on_after_the_last_bar_ends_with_it(file: Path) -> None:
    right, left = two_hands(12)
    held = [*left.struck[:-3], (45, 20, 48)]

    [section] = sections(file, [right, Staff(struck=held, channel=1)])

    assert section.score.bars == 12
    assert max(note.end for note in section.score.notes) == section.score.ticks == 48 * 24


def test_silent_bars_in_front_are_cut_off(file: Path) -> None:
    [section] = sections(file, two_hands(12, start=8))

    assert section.score.bars == 12
    assert section.score.notes[0].start == 0


def test_upbeat_stands_in_a_bar_of_its_own(file: Path) -> None:
    right, left = two_hands(15, quarters=3, start=1)
    staves = [Staff(struck=[(0, 1, 79), *right.struck]), left]

    [section] = sections(file, staves, marks=THREE_FOUR)

    assert section.score.bars == 16
    assert [note.start for note in section.score.notes[:2]] == [48, 72]
    assert section.bars_after == 0


@pytest.mark.parametrize(("at", "bars"), [(0.04, 15), (1, 16)])
def test_first_time_signature_holds_for_the_upbeat_before_it(file: Path, at: float, bars: int) -> None:
    upbeat = 1 if at == 1 else 0
    right, left = two_hands(15, quarters=3, start=upbeat)
    staves = [Staff(struck=[*[(0, 1, 79)] * upbeat, *right.struck]), left]

    [section] = sections(file, staves, marks=(time_signature(at, 3, 4),))

    assert (section.score.metre, section.score.bars) == (Metre(3, 4), bars)
    assert len(section.score.notes) == sum(len(staff.struck) for staff in staves)


def test_upbeat_has_the_tempo_of_the_beginning_not_of_the_end(file: Path) -> None:
    right, left = two_hands(15, quarters=3, start=1)
    marks = (*THREE_FOUR, tempo(40, 30))

    [section] = sections(file, [Staff(struck=[(0, 1, 79), *right.struck]), left], marks=marks)

    assert section.score.tempos[0].quarters_per_minute == pytest.approx(90, abs=0.01)


def test_piece_is_cut_where_its_metre_changes(file: Path) -> None:
    staves = [
        Staff(struck=[*four.struck, *three.struck], channel=four.channel)
        for four, three in zip(two_hands(9), two_hands(10, quarters=3, start=36), strict=True)
    ]

    first, second = sections(file, staves, marks=(*FOUR_FOUR, time_signature(36, 3, 4), tempo(36, 60)))

    assert (first.score.metre, first.score.bars, first.bars_after) == (Metre(4, 4), 9, 10)
    assert (second.score.metre, second.score.bars, second.bars_after) == (Metre(3, 4), 10, 0)
    assert second.score.tempos[0].quarters_per_minute == pytest.approx(60)


def test_repeated_time_signature_cuts_nothing(file: Path) -> None:
    assert len(sections(file, two_hands(12), marks=(*FOUR_FOUR, time_signature(16, 4, 4)))) == 1


def test_upbeat_to_a_new_metre_takes_no_note_from_the_old_one(file: Path) -> None:
    staves = [
        Staff(struck=[*four.struck, *three.struck], channel=four.channel)
        for four, three in zip(two_hands(9), two_hands(15, quarters=3, start=37), strict=True)
    ]
    staves[0] = Staff(struck=[*staves[0].struck, (36, 1, 79)])

    first, second = sections(file, staves, marks=(*FOUR_FOUR, time_signature(36, 3, 4)))

    assert len(first.score.notes) + len(second.score.notes) == sum(len(staff.struck) for staff in staves)
    assert second.score.notes[0].start == 48


@pytest.mark.parametrize(("written", "felt"), [((4, 8), (2, 4)), ((8, 4), (4, 4)), ((3, 2), (3, 2))])
def test_metres_are_read_as_they_are_felt(file: Path, written: tuple[int, int], felt: tuple[int, int]) -> None:
    quarters = felt[0] * 4 / felt[1]

    [section] = sections(file, two_hands(16, quarters=quarters), marks=(time_signature(0, *written), tempo(0, 90)))

    assert section.score.metre == Metre(*felt)


def test_without_time_signature_a_bar_has_four_quarters(file: Path) -> None:
    [section] = sections(file, two_hands(12), marks=(tempo(0, 90),))

    assert section.score.metre == Metre(4, 4)


@pytest.mark.parametrize("marks", [(), (tempo(0, 120),), (tempo(0, 100),)])
def test_tempo_that_nobody_chose_says_nothing(file: Path, marks: Marks) -> None:
    [section] = sections(file, two_hands(12), marks=(time_signature(0, 4, 4), *marks))

    assert not section.tempo_known


def test_song_has_its_voice_as_melody_and_one_piano_below(file: Path) -> None:
    low_voice = Staff(struck=[(at, length, 48) for at, length, _ in bars_of_tune(12)], program=52)
    piano = Staff(struck=bars_of_chords(12, up=12), channel=1)

    [section] = sections(file, [piano, low_voice], group="song")

    assert set(pitches(section, Part.MELODY)) == {48}
    assert len(pitches(section, Part.ACCOMPANIMENT)) == 120
    assert section.transposition == 0


def test_band_has_melody_bass_and_drums(file: Path) -> None:
    tune, chords = two_hands(12)
    bass = Staff(struck=[(bar * 4, 4, 36) for bar in range(12)], program=33, channel=2)
    drums = Staff(struck=[(beat, 0.25, 38) for beat in range(48)], channel=DRUM_CHANNEL)

    [section] = sections(file, [drums, bass, chords, tune], group="band-drums")

    counts = {part: len(pitches(section, part)) for part in Part}
    assert counts == {Part.MELODY: 45, Part.ACCOMPANIMENT: 120, Part.BASS: 12, Part.DRUMS: 48}


def test_only_pitched_track_of_a_band_is_its_melody(file: Path) -> None:
    [section] = sections(file, two_hands(12)[1:], group="band-drums")

    assert {note.part for note in section.score.notes} == {Part.MELODY}


def test_drums_alone_are_music_too(file: Path) -> None:
    drums = Staff(struck=[(beat / 2, 0.25, 38) for beat in range(96)], channel=DRUM_CHANNEL)

    [section] = sections(file, [drums], group="band-drums")

    assert section.transposition == 0
    assert section.score.notes[0] == Note(0, 6, 38, 65, Part.DRUMS)


@pytest.mark.parametrize(
    ("staves", "group", "reason"),
    [
        (two_hands(2), "solo-piano", "fewer than 32 notes"),
        (two_hands(7), "solo-piano", "fewer than 8 bars in a section"),
        (two_hands(12)[:1], "solo-piano", "not two staves of keyboard music"),
        ([*two_hands(12), Staff(struck=bars_of_tune(12), channel=2)], "solo-piano", "not two staves"),
        ([two_hands(12)[0], Staff(struck=bars_of_chords(12), program=40, channel=1)], "solo-piano", "not two staves"),
        (two_hands(12), "song", "not one voice and piano"),
        ([Staff(struck=[(0, 1, 60)])], "band-drums", "fewer than 32 notes"),
        ([], "band-drums", "fewer than 32 notes"),
        (
            [Staff(struck=[(bar * 8 + beat / 4, 0.25, 60) for bar in range(8) for beat in range(4)])],
            "band",
            "more than a third of",
        ),
        ([*two_hands(12, up=7), Staff(struck=[(at, 1, 127) for at in range(9)], channel=2)], "ensemble", "beyond the"),
    ],
)
def test_what_is_no_piece_is_refused_with_a_reason(file: Path, staves: list[Staff], group: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        sections(file, staves, group=group)


def test_metre_that_the_grammar_does_not_know_is_refused(file: Path) -> None:
    with pytest.raises(Refused, match="no bars in a metre that models know, but in 11/8"):
        sections(file, two_hands(12), marks=(time_signature(0, 11, 8), tempo(0, 90)))


def test_upbeat_may_stand_in_a_bar_of_a_shorter_metre(file: Path) -> None:
    right, left = two_hands(15, quarters=3, start=1)
    staves = [Staff(struck=[(0, 1, 79), *right.struck]), left]

    [section] = sections(file, staves, marks=(time_signature(0, 1, 4), time_signature(1, 3, 4)))

    assert (section.score.metre, section.score.bars, section.start) == (Metre(3, 4), 16, -48)
    assert [note.start for note in section.score.notes[:2]] == [48, 72]


def test_two_bars_of_a_shorter_metre_are_no_upbeat(file: Path) -> None:
    right, left = two_hands(15, quarters=3, start=2)
    staves = [Staff(struck=[(0, 1, 79), (1, 1, 79), *right.struck]), left]

    [section] = sections(file, staves, marks=(time_signature(0, 1, 4), time_signature(2, 3, 4)))

    assert (section.score.bars, section.start) == (15, 48)
