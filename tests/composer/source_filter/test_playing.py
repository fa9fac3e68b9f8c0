"""MIDI played by networks, with the soundfont beside them where it is needed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from composer.audio.samples import frames_in
from composer.audio.synthesis import find_soundfont, synthesise
from composer.engine import Cancelled
from composer.errors import RenderError
from composer.source_filter.playing import NetworkShare, network_share, play
from tests.composer.source_filter.played import file_of, stroke, tune

PIANO = tune([60, 64, 67, 72])
DRUMS = stroke(0.5, 1, 38, channel=9)
UNPLAYED = tune([48, 52], channel=1, number=109)
"""Bagpipes: no network plays them."""

NOWHERE = Path("/nowhere.sf2")


def test_networks_alone_need_no_soundfont() -> None:
    sound = play(file_of(*PIANO), soundfont=NOWHERE, seconds=3)

    assert sound.shape == (frames_in(3), 2)
    assert np.abs(sound).max() > 1e-3


def test_equal_music_gives_equal_sound() -> None:
    once, again = (play(file_of(*PIANO), soundfont=NOWHERE, seconds=2) for _ in range(2))

    assert np.array_equal(once, again)


@pytest.mark.parametrize("others", [DRUMS, UNPLAYED], ids=["drums", "unplayed"])
def test_the_soundfont_plays_what_no_network_does(others) -> None:
    soundfont = find_soundfont()

    alone = play(file_of(*PIANO), soundfont=soundfont, seconds=3)
    both = play(file_of(*PIANO, *others), soundfont=soundfont, seconds=3)
    rest = synthesise(file_of(*others), soundfont=soundfont, seconds=3)

    assert np.allclose(both - alone, rest[: len(both)], atol=1e-6)


def test_the_soundfont_plays_all_where_no_network_plays_anything() -> None:
    music = file_of(*UNPLAYED)
    soundfont = find_soundfont()

    assert np.array_equal(
        play(music, soundfont=soundfont, seconds=3), synthesise(music, soundfont=soundfont, seconds=3)
    )


def test_a_soundfont_that_is_needed_and_missing_is_told() -> None:
    with pytest.raises(RenderError, match="soundfont"):
        play(file_of(*PIANO, *DRUMS), soundfont=NOWHERE, seconds=3)


@pytest.mark.parametrize(
    ("messages", "share"),
    [(PIANO, NetworkShare.ALL), ([*PIANO, *DRUMS], NetworkShare.SOME), (UNPLAYED, NetworkShare.NONE)],
)
def test_it_is_known_how_much_networks_play(messages, share: NetworkShare) -> None:
    assert network_share(file_of(*messages)) is share


def test_networks_are_as_loud_as_the_soundfont() -> None:
    music = file_of(*PIANO)

    loud = [np.sqrt(np.mean(np.square(sound))) for sound in (
        play(music, soundfont=NOWHERE, seconds=3), synthesise(music, soundfont=find_soundfont(), seconds=3)
    )]  # fmt: skip

    assert abs(20 * np.log10(loud[0] / loud[1])) < 4


def test_what_a_check_raises_ends_the_playing() -> None:
    def cancel() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        play(file_of(*PIANO), soundfont=NOWHERE, seconds=3, check=cancel)
