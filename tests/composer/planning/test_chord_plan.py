from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.music.chord_names import spell_chord
from composer.music.chord_symbol import ALL_SYMBOLS, ChordChange
from composer.music.score import Key, Metre, Mode
from composer.parsing import parse_chords
from composer.planning.chord_model import chord_model
from composer.planning.chord_plan import key_of, plan_chords, repeat_chords
from composer.planning.constraints import constraints_of
from composer.planning.form import recalled_bars
from composer.planning.plan import plan_piece
from composer.request import Request
from tests.composer.pieces import FOUR_FOUR

if TYPE_CHECKING:
    from composer.planning.plan import Plan


def plan_of(seconds: float = 60.0, *, key: Key | None = None, metre: Metre = FOUR_FOUR) -> Plan:
    return plan_piece(Request(seconds=seconds, metre=metre, key=key), np.random.default_rng(0))


def chords_of(plan: Plan, *, seed: int = 0, seconds: float = 60.0, style: str = "piano") -> tuple[ChordChange, ...]:
    return plan_chords(plan, style, seconds, np.random.default_rng(seed))


def named(changes: tuple[ChordChange, ...]) -> list[tuple[float, str]]:
    """Bar and name of each chord of a piece in 4/4."""
    return [(change.start / 96, spell_chord(change.symbol) if change.symbol else "") for change in changes]


@pytest.mark.parametrize("key", [Key(0, Mode.MAJOR), Key(9, Mode.MINOR), Key(6, Mode.MAJOR), Key(1, Mode.MINOR)])
def test_piece_begins_on_the_tonic_and_ends_with_its_cadence(key: Key) -> None:
    plan = plan_of(key=key)

    changes = chords_of(plan)

    first, *_, dominant, tonic = (change.symbol for change in changes)
    assert first == tonic
    assert [chord.root for chord in (dominant, tonic) if chord] == [(key.tonic + 7) % 12, key.tonic]
    assert changes[-1].start == (plan.bars - 1) * 96


def test_equal_seeds_give_equal_chords_and_others_do_not() -> None:
    plan = plan_of()

    assert chords_of(plan) == chords_of(plan)
    assert len({chords_of(plan, seed=seed) for seed in range(5)}) == 5


def test_bars_that_recall_others_have_their_chords() -> None:
    plan = plan_of()
    changes = chords_of(plan)

    def bar(number: int) -> list[object]:
        return [next(one.symbol for one in reversed(changes) if one.start <= number * 96 + at) for at in (0, 48)]

    recalled = recalled_bars(plan.bars, plan.form)
    assert any(earlier is not None for earlier in recalled)
    assert all(bar(here) == bar(earlier) for here, earlier in enumerate(recalled) if earlier is not None)


def test_upbeat_leaves_its_chord_open() -> None:
    plan = plan_piece(Request(seconds=30.0, metre=Metre(4, 4)), np.random.default_rng(0), upbeat=24)

    changes = chords_of(plan)

    assert changes[0] == ChordChange(0, None)
    assert changes[1].start == 96


@pytest.mark.parametrize("seconds", [5.0, 180.0])
@pytest.mark.parametrize("metre", [Metre(3, 4), Metre(2, 2), Metre(7, 8), Metre(3, 8)])
def test_chords_follow_each_other_to_the_end_in_every_metre(seconds: float, metre: Metre) -> None:
    plan = plan_of(seconds, metre=metre)

    starts = [change.start for change in chords_of(plan, seconds=seconds)]

    assert starts[0] == 0
    assert starts == sorted(set(starts))
    assert starts[-1] < plan.bars * metre.bar_ticks


def test_asked_chords_are_repeated_up_to_the_cadence() -> None:
    plan = plan_of(30.0, key=Key(9, Mode.MINOR))

    changes = named(repeat_chords(plan, parse_chords("Am F | C G").bars))

    assert changes[:5] == [(0, "Am"), (0.5, "F"), (1, "C"), (1.5, "G"), (2, "Am")]
    assert [name for _, name in changes[-2:]] == ["E7", "Am"]


def test_constraints_have_the_chords_in_c_major_or_a_minor() -> None:
    plan = plan_of(key=Key(2, Mode.MAJOR))
    asked = replace(plan, chords=chords_of(plan))

    assert constraints_of(asked, "piano").chords[-1].symbol == ALL_SYMBOLS[0]


def test_chances_of_the_chord_that_follows_add_up_to_one() -> None:
    for style in ("piano", "band", "a style that nobody counted"):
        model = chord_model(style, Mode.MAJOR)
        for before in [(ALL_SYMBOLS[0], ALL_SYMBOLS[70]), (ALL_SYMBOLS[3], ALL_SYMBOLS[18])]:
            chances = model.following(0, before)
            assert chances.min() >= 0
            assert chances.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "key"),
    [("Am F C G", "A minor"), ("C Am F G", "C major"), ("Dm7 G7 | Cmaj7", "C major"), ("C#m A E B", "C sharp minor")],
)
def test_chords_tell_their_key(text: str, key: str) -> None:
    assert str(key_of(parse_chords(text).bars)) == key
