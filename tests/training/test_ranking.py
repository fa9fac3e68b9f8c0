from __future__ import annotations

import numpy as np
import pytest

from composer.card import EVERY_STYLE
from training.ranking import Fitted, fit, fit_by_family, told
from training.rivals import Example


def examples(rng: np.random.Generator, *, number: int = 80, shift: float = 1.5, style: str = "salon") -> list[Example]:
    """People's density is usual, the machine's groove is more or less too high; candidates lack all dynamics."""

    def drawn(groove: float, dynamics: float) -> dict[str, float]:
        return {"density": rng.normal(), "dynamics": dynamics, "groove": rng.normal(groove)}

    return [
        Example(f"{style} {place // 2}", style, drawn(0, rng.normal()), tuple(drawn(shift, -2.0) for _ in range(4)))
        for place in range(number)
    ]


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    return fit(examples(np.random.default_rng(0)))


def test_what_gives_a_machine_away_costs(fitted: Fitted) -> None:
    plain, _ = fitted.weights["groove"]

    assert plain > 0.5
    assert abs(fitted.weights["density"][0]) < plain / 3


def test_pieces_left_out_are_told_better_than_before(fitted: Fitted) -> None:
    assert fitted.auc["after"] > 0.8
    assert fitted.auc["after"] > fitted.auc["before"] + 0.1


def test_the_picked_candidate_is_harder_to_tell_from_a_persons(fitted: Fitted) -> None:
    assert fitted.picked["after"] < fitted.picked["before"] < fitted.picked["first"]


def test_what_all_candidates_share_does_not_count(fitted: Fitted) -> None:
    assert set(fitted.weights) == {"density", "groove"}


def test_where_nothing_tells_them_apart_weights_are_small(rng: np.random.Generator) -> None:
    nothing = fit(examples(rng, shift=0.0))

    assert max(abs(plain) for plain, _ in nothing.weights.values()) < 0.2
    assert nothing.auc["after"] < 0.65


def test_the_same_examples_give_the_same_weights(fitted: Fitted) -> None:
    assert fit(examples(np.random.default_rng(0))) == fitted


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
    lines = told({EVERY_STYLE: fitted, "piano": fitted}, candidates=4).splitlines()

    assert lines[0] == "80 stretches of people's pieces, 4 candidates beside each"
    for line, name in zip(lines[3:5], (EVERY_STYLE, "piano"), strict=True):
        told_areas = [f"{area[when]:.3f}" for area in (fitted.auc, fitted.picked) for when in area]
        assert line.split() == [name, "80", *told_areas]
    assert lines[-2].startswith("groove")
