"""Lengths and progress are told as people read them."""

from __future__ import annotations

import pytest

from bot.discord_ui.formatting import format_length, progress_bar


@pytest.mark.parametrize(("seconds", "text"), [(60, "1:00"), (7.4, "0:07"), (300, "5:00")])
def test_a_length_is_told_in_minutes_and_seconds(seconds, text):
    assert format_length(seconds) == text


@pytest.mark.parametrize(("done", "whole", "filled"), [(0, 24, 0), (9, 24, 4), (24, 24, 12), (30, 24, 12), (0, 0, 0)])
def test_a_bar_is_filled_as_far_as_it_is(done, whole, filled):
    bar = progress_bar(done, whole)

    assert len(bar) == 12
    assert bar.count("▰") == filled
