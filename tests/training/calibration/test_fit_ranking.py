from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from composer.decoding.ranking import Verdict, cost_of, draw_by_verdict
from composer.models.choosing import EVERY_STYLE
from training.calibration.fit_ranking import Fitted, fit_by_family, fit_weights, format_table
from training.calibration.paired_pieces import HeldOutExample, Stretch


def examples(
    rng: np.random.Generator, *, number: int = 80, shift: float = 1.5, style: str = "salon"
) -> list[HeldOutExample]:
    """People's density is usual, the machine's groove is more or less too high; candidates lack all dynamics."""

    def piece(groove: float, dynamics: float) -> dict[str, float]:
        return {"density": rng.normal(), "dynamics": dynamics, "groove": rng.normal(groove)}

    return [
        HeldOutExample(
            f"{style} {place // 2}",
            style,
            piece(0, rng.normal()),
            tuple(piece(shift, -2.0) for _ in range(4)),
            (0.0,) * 4,
        )
        for place in range(number)
    ]


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    return fit_weights(examples(np.random.default_rng(0)))


def test_what_gives_a_machine_away_costs(fitted: Fitted) -> None:
    plain, _ = fitted.weights["groove"]

    assert plain > 0.5
    assert abs(fitted.weights["density"][0]) < plain / 3


def test_what_is_drawn_comes_nearer_to_people_on_pieces_left_out(fitted: Fitted) -> None:
    assert fitted.gap["after"] < 0.5 * fitted.gap["first"]


def test_people_are_met_and_not_outdone(rng: np.random.Generator) -> None:
    close = examples(rng, number=300, shift=0.4)
    weights = fit_weights(close).weights

    verdicts = [[Verdict(cost_of(own, weights), own) for own in example.candidates] for example in close]
    taken = [own[draw_by_verdict(own, float(rng.random()))].measures["groove"] for own in verdicts]
    assert float(np.mean(taken)) == pytest.approx(0, abs=0.15)


def test_a_forfeit_is_paid_whatever_the_measures_weigh(rng: np.random.Generator) -> None:
    forbidden = [replace(one, forfeits=(0.0, 90.0, 90.0, 90.0)) for one in examples(rng)]

    assert fit_weights(forbidden).gap["after"] == fit_weights(forbidden).gap["first"]


def test_others_of_people_say_what_is_usual_as_well(rng: np.random.Generator) -> None:
    few = examples(rng, number=20, shift=0.0)
    others = [
        Stretch("salon", {"density": -1.5 + rng.normal(), "dynamics": 0.0, "groove": rng.normal()}) for _ in range(200)
    ]

    alone, together = (fit_by_family(few, more)["every"].weights["density"][0] for more in ([], others))
    assert together > alone + 0.3


def test_the_picked_candidate_is_harder_to_tell_from_a_persons(fitted: Fitted) -> None:
    assert fitted.told["after"] < fitted.told["before"] < fitted.told["first"]


def test_what_all_candidates_share_does_not_count(fitted: Fitted) -> None:
    assert set(fitted.weights) == {"density", "groove"}


def test_where_nothing_tells_them_apart_weights_are_small(rng: np.random.Generator) -> None:
    nothing = fit_weights(examples(rng, shift=0.0))

    assert max(abs(plain) for plain, _ in nothing.weights.values()) < 0.5
    assert nothing.told["after"] < 0.65


def test_the_same_examples_give_the_same_weights(fitted: Fitted) -> None:
    assert fit_weights(examples(np.random.default_rng(0))) == fitted


def test_styles_in_which_other_things_give_a_machine_away_have_weights_of_their_own(rng: np.random.Generator) -> None:
    piano = examples(rng, shift=1.5, number=60, style="romantic")
    salon = examples(rng, shift=1.5, number=60, style="salon")
    choir = examples(rng, shift=-1.5, number=60, style="choir")
    few = examples(rng, number=8, style="band")

    found = fit_by_family([*piano, *salon, *choir, *few])

    assert set(found) == {EVERY_STYLE, "piano", "choir"}
    assert found["piano"].examples == 120
    assert found["piano"].weights["groove"][0] > 0.5
    assert found["choir"].weights["groove"][0] < -0.5


def test_all_that_was_found_is_told(fitted: Fitted) -> None:
    lines = format_table({EVERY_STYLE: fitted, "piano": fitted}, candidates=4).splitlines()

    assert lines[0] == "80 stretches of people's pieces, 4 candidates beside each"
    for line, name in zip(lines[4:6], (EVERY_STYLE, "piano"), strict=True):
        told_areas = [f"{area[when]:.3f}" for area in (fitted.gap, fitted.told) for when in area]
        assert line.split() == [name, "80", *told_areas]
    assert lines[-2].startswith("groove")
