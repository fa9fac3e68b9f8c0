"""Given music, carried on by the model that ships."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from composer import engines
from composer.compose import Composition, compose
from composer.decoding import carrying_on
from composer.decoding.carrying_on import top_line
from composer.errors import EngineError, RequestError
from composer.music.given import THEME, GivenMusic, Theme, Treatment
from composer.music.score import Key, Metre, Mode, Note, Part, Score, Tempo
from composer.novelty.heard import measure_novelty
from composer.performance import instruments
from composer.performance.arrangement import arrange
from composer.planning.plan import RELEASE_SECONDS
from composer.planning.theme_plan import recalled_in, usual_seconds
from composer.request import Request
from composer.tokens.tokenizer import quantised

if TYPE_CHECKING:
    from composer.decoding.loop import BiasStrengths

BARS = 8


@pytest.fixture(scope="module")
def lstm():
    return engines.find("lstm").load()


def given(*, up: int = 2, upbeat: bool = False, accompanied: bool = True) -> GivenMusic:
    """Eight bars of 3/4 at 90: I, V, I and so on in D major, as somebody played them."""
    notes = []
    for bar in range(int(upbeat), BARS):
        chord = (60, 64, 67) if bar % 2 == 0 else (59, 62, 67)
        for beat in range(3):
            start = bar * 72 + beat * 24
            notes.append(Note(start, 24, chord[beat] + 12 + up, 75 + 10 * (beat == 0), Part.MELODY))
            if accompanied:
                notes.append(Note(start, 24, chord[0] - 12 + up, 55, Part.ACCOMPANIMENT))
    if upbeat:
        notes.append(Note(48, 24, 67 + up, 75, Part.MELODY))
    score = Score(tuple(notes), Metre(3, 4), BARS, Key(up, Mode.MAJOR), (Tempo(0, 90.0),))
    return GivenMusic(score=quantised(score), style="piano")


def carried(engine, theme: Theme, **options) -> Composition:
    return compose(Request(**{"seconds": 36.0, "seed": 3, "candidates": 2, **options}), engine, theme=theme)


def test_piece_begins_with_the_given_music_as_it_was_played_and_is_as_long_as_asked(lstm):
    theme = Theme(music=given())

    piece = carried(lstm, theme)

    end = theme.music.score.ticks
    assert {note for note in piece.score.notes if note.start < end} >= set(theme.music.score.notes)
    assert piece.score.seconds == pytest.approx(36 - RELEASE_SECONDS, abs=1e-3)
    assert (piece.plan.metre, piece.plan.key) == (Metre(3, 4), Key(2, Mode.MAJOR))
    assert piece.plan.beats_per_minute == pytest.approx(90, rel=0.05)
    assert len({note.start // 72 for note in piece.score.notes if note.start >= end}) == piece.score.bars - BARS


def test_piece_ends_on_its_tonic(lstm):
    piece = carried(lstm, Theme(music=given()))

    last = [note for note in piece.score.notes if note.start == piece.score.ticks - 72]
    assert min(note.pitch for note in last) % 12 == 2


def test_what_follows_can_be_heard_alone(lstm):
    theme = Theme(music=given(), alone=True)

    piece = carried(lstm, theme, seconds=20.0)

    assert piece.score.seconds == pytest.approx(20 - RELEASE_SECONDS, abs=1e-3)
    assert piece.score.notes[0].start < 72


@pytest.mark.parametrize("alone", [False, True])
def test_of_long_music_a_network_reads_the_end_and_knows_how_loud_it_is(lstm, monkeypatch, alone):
    music = given()
    even = replace(music.score, notes=tuple(replace(note, velocity=76) for note in music.score.notes))
    monkeypatch.setattr(carrying_on, "MOST_PRIMED", 40)

    piece = carried(lstm, Theme(music=replace(music, score=quantised(even)), alone=alone), seconds=40.0)

    assert piece.score.seconds == pytest.approx(40 - RELEASE_SECONDS, abs=1e-3)


def test_equal_themes_give_equal_bytes(lstm):
    theme = Theme(music=given())

    assert carried(lstm, theme).midi == carried(lstm, Theme.from_plain(theme.to_plain())).midi


def test_nothing_is_added_to_the_last_given_chord(lstm):
    theme = Theme(music=given())
    last = theme.music.score.notes[-1].start

    piece = carried(lstm, theme)

    known = {note.pitch for note in theme.music.score.notes if note.start == last}
    assert {note.pitch for note in piece.score.notes if note.start == last} == known


def test_each_bar_of_a_variation_recalls_one_of_the_theme(lstm):
    theme = Theme(music=given(), treatment=Treatment.VARIATION)

    piece = carried(lstm, theme)
    recalled = recalled_in(theme, piece.plan)

    assert recalled[:BARS] == (None,) * BARS
    assert recalled[BARS : BARS + 3] == (0, 1, 2)
    assert recalled[-2:] == (None, None)


def test_sections_that_return_begin_after_an_upbeat(lstm):
    theme = Theme(music=given(upbeat=True))

    piece = carried(lstm, theme, seconds=60.0)
    recalled = recalled_in(theme, replace(piece.plan, form=1))

    assert {(bar - earlier) % 4 for bar, earlier in enumerate(recalled) if earlier is not None} == {0}
    assert 1 in recalled
    assert 0 not in recalled
    assert (piece.score.opening, piece.score.notes[0].start) == (48, 48)
    assert piece.score.seconds == pytest.approx(60 - RELEASE_SECONDS, abs=1e-3)


@pytest.mark.parametrize(("style", "players"), [("quartet", 4), ("band", 4), ("piano", 2)])
def test_a_lone_voice_is_joined_by_all_players_of_the_style(lstm, monkeypatch, style, players):
    monkeypatch.setattr(carrying_on, "MOST_ACCOMPANIED", BARS - 2)
    theme = Theme(music=given(accompanied=False))

    piece = carried(lstm, theme, style=style)

    end, whole = theme.music.score.ticks, piece.score
    assert tuple(note for note in whole.notes if note.start < end - 24) == theme.music.score.notes[:-1]
    tracks = arrange(whole, instruments.find(str(piece.settings["instrument"]))).tracks
    assert sum(any(note.start >= end for note in track.notes) for track in tracks) == players
    parts = {note.part for note in whole.notes} - {Part.MELODY, Part.DRUMS}
    busy = [{note.start // 72 for note in whole.notes if note.part is part and note.start >= end} for part in parts]
    assert min(map(len, busy)) > (whole.bars - BARS) / 2


def test_given_music_keeps_one_tempo_and_the_end_alone_slows_down(lstm):
    theme = Theme(music=given(accompanied=False), treatment=Treatment.ACCOMPANIMENT)

    accompanied = carried(lstm, theme, seconds=usual_seconds(theme)).plan.tempos
    gone_on = carried(lstm, Theme(music=given()), candidates=1).plan.tempos

    own = theme.music.score.tempos[0].quarters_per_minute
    assert [round(tempo.quarters_per_minute / own, 2) for tempo in accompanied] == [1.0, 0.97, 0.92, 0.84, 0.72]
    assert accompanied[1].start == theme.music.score.ticks - 6 * 24
    assert gone_on[1].start >= theme.music.score.ticks


@pytest.mark.parametrize("seconds", [None, 36.0])
def test_accompaniment_keeps_the_melody_note_for_note(lstm, seconds):
    theme = Theme(music=given(accompanied=False), treatment=Treatment.ACCOMPANIMENT)

    piece = carried(lstm, theme, seconds=seconds or usual_seconds(theme))

    end = theme.music.score.ticks
    melody = [note for note in piece.score.notes if note.part is Part.MELODY and note.start < end]
    assert tuple(melody) == theme.music.score.notes
    assert len({note.start // 72 for note in piece.score.notes if note.part is Part.ACCOMPANIMENT}) > BARS / 2
    assert (piece.score.bars == BARS) is (seconds is None)


def test_piano_piece_becomes_a_quartet_over_its_own_harmony(lstm):
    theme = Theme(music=given(), treatment=Treatment.ACCOMPANIMENT)

    piece = carried(lstm, theme, seconds=usual_seconds(theme), style="quartet")

    sounding = [
        {(note.pitch) % 12 for note in theme.music.score.notes if note.start == beat * 24} for beat in range(24)
    ]
    others = [note for note in piece.score.notes if note.part is not Part.MELODY and note.start < 144 * 3]
    assert {note.part for note in piece.score.notes} >= {Part.MELODY, Part.BASS}
    assert all(note.pitch % 12 in sounding[note.start // 24] for note in others)
    assert top_line(piece.score)[:3] == top_line(theme.music.score)[:3]


@pytest.mark.parametrize(("treatment", "guarded"), [("continuation", True), ("accompaniment", False)])
def test_what_goes_on_is_kept_from_clashing(lstm, monkeypatch, treatment, guarded):
    guards = []

    def draw_nothing(*_: object, pull: BiasStrengths, **__: object) -> list[object]:
        guards.append(pull.clash)
        return []

    monkeypatch.setattr(carrying_on, "decode_candidates", draw_nothing)
    with pytest.raises(EngineError):
        carried(lstm, Theme(music=given(), treatment=Treatment(treatment)))

    assert (guards[0] > 0) is guarded


def test_length_that_leaves_no_room_is_refused_with_one_that_does(lstm):
    theme = Theme(music=given())

    with pytest.raises(RequestError, match="ask for a length of 27 s or more") as refused:
        carried(lstm, theme, seconds=17.0)

    assert refused.value.reason == "given_outlasts"
    assert carried(lstm, theme, seconds=27.0).score.bars >= BARS + 4


def test_novelty_is_told_of_what_is_new(lstm):
    melody = given(accompanied=False)

    accompanied = carried(lstm, Theme(music=melody, treatment=Treatment.ACCOMPANIMENT), seconds=16.0)
    carried_on = carried(lstm, Theme(music=melody))

    assert accompanied.novelty is None, "nothing of its melody is new"
    new = [note for note in carried_on.score.notes if note.start >= melody.score.ticks]
    assert carried_on.novelty == measure_novelty(new, "piano")


def test_engine_without_network_says_who_can():
    with pytest.raises(RequestError, match="choose lstm, wavenet or transformer"):
        compose(Request(model="grammar"), engines.find("grammar").load(), theme=Theme(music=given()))


def test_settings_tell_that_a_piece_cannot_be_repeated_without_its_theme(lstm):
    piece = carried(lstm, Theme(music=given()))

    assert piece.settings[THEME] == "continuation"
    assert piece.tokens == ()
