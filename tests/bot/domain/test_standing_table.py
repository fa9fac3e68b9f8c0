from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from bot.domain.battle import Bout, Choice, Contestant
from bot.domain.standing_table import fit_standings

STRENGTHS = {"weak": -1.0, "middling": 0.0, "strong": 1.0}
NAMES = {name: Contestant(name, 1) for name in STRENGTHS}


def bout(number, one, other, choice, person):
    pair = (NAMES[one], NAMES[other])
    return Bout(
        battle=number, first=number, second=number + 10**6, contestants=pair, choice=choice, person=person, guild_id=1
    )


def drawn(rng, count, strengths=STRENGTHS):
    """Votes as Davidson's model has them, of as many people in as many battles."""
    made = []
    for number in range(count):
        one, other = rng.permutation(sorted(strengths))[:2]
        chances = np.exp([strengths[one], strengths[other], (strengths[one] + strengths[other]) / 2 - 0.5])
        choice = rng.choice(np.array(["a", "b", "tie"]), p=chances / chances.sum())
        made.append(bout(number, one, other, Choice(str(choice)), person=number))
    return made


def test_strengths_are_found_again_within_their_intervals():
    rng = np.random.default_rng(4)
    inside = []
    for _ in range(20):
        table = fit_standings(drawn(rng, 300))
        true = {name: fit_share(strength) for name, strength in STRENGTHS.items()}
        inside += [line.low <= true[line.contestant.model] <= line.high for line in table.strengths]
        assert [line.contestant.model for line in table.strengths] == ["strong", "middling", "weak"]

    assert np.mean(inside) > 0.85


def fit_share(strength):
    """Share of battles won against an average contestant, where people call a tie as in `drawn`."""
    raw = np.exp([strength / 2, -strength / 2, -0.5])
    return (raw[0] + raw[2] / 2) / raw.sum()


def test_few_votes_leave_wide_intervals_and_no_votes_an_empty_table():
    one = fit_standings([bout(1, "weak", "strong", Choice.B, 1)]).strengths[0]

    assert fit_standings([]).strengths == ()
    assert (one.contestant.model, one.votes) == ("strong", 1)
    assert one.low < 0.3
    assert 0.5 < one.share < 0.75 < one.high


def test_nobody_decides_alone_nor_does_one_battle():
    fair = drawn(np.random.default_rng(1), 300)
    one_person = [bout(1000 + n, "weak", "strong", Choice.A, 5000) for n in range(2000)]
    one_battle = [bout(1000, "weak", "strong", Choice.A, 6000 + n) for n in range(2000)]

    for brigade in (one_person, one_battle):
        assert fit_standings([*fair, *brigade]).strengths[0].contestant.model == "strong"


def test_ties_and_both_bad_say_that_neither_is_better():
    for choice in (Choice.TIE, Choice.BAD):
        table = fit_standings([bout(n, "weak", "strong", choice, n) for n in range(40)])

        assert [line.share for line in table.strengths] == pytest.approx([0.5, 0.5])


def test_a_battle_tells_most_of_those_who_are_close_or_unknown():
    bouts = [bout(n, "weak", "strong", Choice.B, n) for n in range(60)]
    bouts += [bout(100 + n, *pair, Choice.TIE, 100 + n) for n, pair in enumerate(combinations(STRENGTHS, 2))]
    table = fit_standings(bouts)
    new = Contestant("new", 1)

    assert table.information(NAMES["weak"], NAMES["strong"]) < table.information(NAMES["weak"], NAMES["middling"])
    assert table.information(NAMES["weak"], NAMES["strong"]) < table.information(NAMES["weak"], new)


def test_votes_on_two_tastes_of_one_version_say_nothing_of_versions():
    table = fit_standings([bout(n, "weak", "weak", Choice.A, n) for n in range(40)])

    assert table.strengths == ()
