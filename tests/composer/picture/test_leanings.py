from __future__ import annotations

import io

from PIL import Image

from composer.picture.leanings import Leaning, draw_leanings
from composer.picture.page import HEIGHT, WIDTH

LIKED = (255, 190, 92)
MIDDLE = 616
"""Pixels from the left at which a bar begins."""


def leaning(weight: float, deviation: float = 0.1) -> Leaning:
    return Leaning(less="slow tempos", more="fast tempos", weight=weight, deviation=deviation)


def share_of_liked(png: bytes, *, left: bool) -> float:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    half = picture.crop((0, 0, MIDDLE, HEIGHT) if left else (MIDDLE, 0, WIDTH, HEIGHT))
    colours = half.getcolors(WIDTH * HEIGHT) or []
    return sum(count for count, colour in colours if colour == LIKED) / (WIDTH * HEIGHT)


def test_a_bar_goes_to_the_side_that_is_liked_as_far_as_it_is():
    little, much = (draw_leanings([leaning(weight)], title="Taste", caption="60 votes") for weight in (-0.3, -0.9))

    assert 0 < share_of_liked(little, left=True) < share_of_liked(much, left=True)
    assert share_of_liked(much, left=False) == 0


def test_what_is_not_sure_does_not_shine():
    assert share_of_liked(draw_leanings([leaning(0.3, 0.5)], title="", caption=""), left=False) == 0


def test_more_rows_than_fit_and_none_are_drawn_the_same_way_twice():
    many = [leaning(0.9 - 0.1 * place) for place in range(20)]

    assert draw_leanings(many, title="a", caption="b") == draw_leanings(many[:8], title="a", caption="b")
    assert draw_leanings([], title="a", caption="b")
