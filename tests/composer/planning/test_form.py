from __future__ import annotations

from composer.planning.form import FORMS, recalled_bars, sections_of


def test_four_bar_sections_return_and_close_freely():
    assert recalled_bars(16) == (*[None] * 4, 0, 1, 2, None, *[None] * 4, 0, 1, None, None)


def test_long_pieces_have_eight_bar_sections():
    recalled = recalled_bars(64)

    assert recalled[8:16] == (0, 1, 2, 3, 4, 5, None, None)
    assert recalled[24:30] == (0, 1, 2, 3, 4, 5)


def test_rondo_alternates_from_the_start():
    assert recalled_bars(24, 1)[8:16] == (0, 1, 2, None, *[None] * 4)


def test_sentence_says_its_first_two_bars_twice():
    recalled = recalled_bars(24, 2)

    assert recalled[:8] == (None, None, 0, 1, None, None, None, None)
    assert recalled[8:16] == (0, 1, 2, 3, 4, 5, None, None)
    assert recalled[16:20] == (None, None, 16, 17)


def test_where_only_heads_return_the_section_goes_on_in_another_way():
    assert recalled_bars(20, 3) == (*[None] * 8, 0, *[None] * 7, 0, None, None, None)
    assert recalled_bars(40, 3)[16:24] == (0, 1, *[None] * 6)


def test_in_every_form_something_returns_from_sixteen_bars_on():
    for bars in range(16, 32):
        assert all(set(recalled_bars(bars, form)) != {None} for form in range(len(FORMS)))


def test_short_pieces_recall_nothing_and_the_cadence_is_always_free():
    assert set(recalled_bars(8)) == {None}
    for bars in range(12, 200):
        assert all(recalled_bars(bars, form)[-2:] == (None, None) for form in range(len(FORMS)))


def test_sections_begin_after_an_upbeat():
    assert recalled_bars(17, upbeat_bars=1) == (*[None] * 5, 1, 2, 3, None, *[None] * 4, 1, 2, None, None)
    assert sections_of(17, upbeat_bars=1) == tuple((bar + 1, letter) for bar, letter in sections_of(16))
