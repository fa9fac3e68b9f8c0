from __future__ import annotations

from dataclasses import replace

from composer.decoding.nearness import departure_cost, goes_on_alike, new_part
from composer.decoding.ranking import choose_candidate
from composer.engine import Candidate
from composer.models.choosing import Choosing, carried_on
from composer.music.analysis import shifted
from composer.music.given import GivenMusic, Theme, Treatment
from composer.music.score import Key, Metre, Mode, Note, Part, Score

GIVEN = Score(
    tuple(
        Note(at * 24, 24, pitch + at * 5 % 12, 80, part)
        for at in range(32)
        for pitch, part in ((60, Part.MELODY), (48, Part.ACCOMPANIMENT))
    ),
    Metre(4, 4),
    8,
    Key(0, Mode.MAJOR),
)
ALONE = Theme(music=GivenMusic(score=GIVEN, style="piano"), alone=True)


def moved(score: Score, semitones: int) -> Score:
    return replace(score, notes=tuple(replace(note, pitch=note.pitch + semitones) for note in score.notes))


def joined(score: Score) -> Score:
    return replace(GIVEN, notes=(*GIVEN.notes, *shifted(score.notes, GIVEN.ticks)), bars=GIVEN.bars + score.bars)


def test_a_continuation_costs_the_more_the_farther_it_leaves_density_and_register():
    sparse = replace(GIVEN, notes=GIVEN.notes[::4])

    assert departure_cost(GIVEN, ALONE) == 0
    assert 0 < departure_cost(moved(GIVEN, 6), ALONE) < departure_cost(moved(GIVEN, 12), ALONE)
    assert departure_cost(sparse, ALONE) > 0


def test_what_is_new_is_judged_alike_whether_the_given_music_is_heard_before_it_or_not():
    high = moved(GIVEN, 7)

    assert new_part(joined(high), replace(ALONE, alone=False)) == new_part(high, ALONE) == high


def test_variations_other_styles_and_what_joins_a_lone_voice_need_not_be_near():
    voice = replace(GIVEN, notes=GIVEN.notes[::2])

    assert goes_on_alike(ALONE, "piano")
    assert not goes_on_alike(ALONE, "quartet")
    assert not goes_on_alike(replace(ALONE, treatment=Treatment.VARIATION), "piano")
    assert not goes_on_alike(Theme(music=GivenMusic(score=voice, style="piano"), alone=True), "piano")
    assert not goes_on_alike(None, "piano")


def test_what_goes_on_has_costs_of_its_own_where_they_were_fitted():
    choosing = Choosing(ranking={"piano": {"density": (1.0, 0.0)}, carried_on("piano"): {"density": (0.0, 1.0)}})

    assert choosing.ranking_of("piano", goes_on=True) == {"density": (0.0, 1.0)}
    assert choosing.ranking_of("piano") == {"density": (1.0, 0.0)}
    assert choosing.ranking_of("song", goes_on=True) == {}


def test_what_goes_on_is_to_repeat_itself_as_much_as_the_given_music_does():
    loop = replace(GIVEN, notes=tuple(replace(note, pitch=60 if note.part else 48) for note in GIVEN.notes))
    candidates = [Candidate(GIVEN, 1.0), Candidate(loop, 1.0)]
    known = carried_on("piano")
    usual, costs = {known: {"immediate_repeats": (0.2, 0.1)}}, {known: {"immediate_repeats": (0.0, 50.0)}}
    choosing = Choosing(profiles=usual, ranking=costs, following={known: {"immediate_repeats": 1.0}})

    for given in (GIVEN, loop):
        theme = Theme(music=GivenMusic(score=given, style="piano"), alone=True)
        assert choose_candidate(candidates, choosing, "piano", lot=0.5, theme=theme)[0].score is given
        unaware = replace(choosing, following={})
        assert choose_candidate(candidates, unaware, "piano", lot=0.5, theme=theme)[0].score is GIVEN


def test_of_candidates_the_one_near_to_the_given_music_is_kept():
    candidates = [Candidate(moved(GIVEN, 24), 1.0), Candidate(GIVEN, 1.0)]

    assert choose_candidate(candidates, Choosing(), "piano", lot=0.5)[0] is candidates[0]
    assert choose_candidate(candidates, Choosing(), "piano", lot=0.5, theme=ALONE)[0] is candidates[1]
