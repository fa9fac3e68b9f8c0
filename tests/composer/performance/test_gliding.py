"""Every glissando finds a player."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from composer.music.free_score import FreeNote
from composer.music.score import Part
from composer.performance.gliding import BRIEFEST, GAP, MOST_CHANNELS, share_out
from composer.performance.instruments import find
from composer.performance.timbres import timbres_of

STRINGS = timbres_of(find("quartet"))
GLIDING = 3


def glissando(start, duration=96, glide=6.0):
    return FreeNote(start, duration, 60, 80, Part.MELODY, 0.0, glide, GLIDING)


def plain(start, pitch):
    return FreeNote(start, 24, pitch, 80, Part.MELODY, timbre=0)


def by_player(shared):
    return [[note for player, note in shared if player == own] for own in sorted({player for player, _ in shared})]


def test_at_one_time_each_has_a_player_of_its_own():
    shared = share_out([glissando(0) for _ in range(MOST_CHANNELS)], STRINGS)

    assert sorted(player for player, _ in shared) == list(range(MOST_CHANNELS))


def test_players_that_do_not_glide_have_their_channels():
    shared = share_out([plain(0, 90), plain(0, 45), *(glissando(0) for _ in range(MOST_CHANNELS - 2))], STRINGS)

    assert {player for player, _ in shared} == set(range(MOST_CHANNELS - 2))


def test_one_too_many_is_played_by_whoever_has_played_longest():
    early = [glissando(start) for start in range(MOST_CHANNELS)]

    shared = share_out([*early, glissando(40)], STRINGS)

    broken_off, last = by_player(shared)[0]
    assert broken_off == glissando(0, 40 - GAP, 6.0 * (40 - GAP) / 96)
    assert last == glissando(40)


def test_a_player_who_has_rested_is_asked_first():
    shared = share_out([glissando(0, 10), glissando(0, 200), glissando(60, 10)], STRINGS)

    assert len({player for player, _ in shared}) == 3


@pytest.mark.parametrize("a_second", [5, 30, 90])
def test_none_is_dropped_however_many_there_are(a_second):
    rng = np.random.default_rng(1)
    starts = np.cumsum(rng.exponential(96 / a_second, 500)).astype(int)
    planned = [glissando(int(start), int(rng.integers(8, 200))) for start in starts]

    shared = share_out(planned, STRINGS)

    assert len(shared) == len(planned)
    for notes in by_player(shared):
        assert all(one.end + GAP <= other.start for one, other in pairwise(notes))
        assert all(note.duration >= min(BRIEFEST, 8) and note.glide for note in notes)


def test_what_was_shared_out_stays_as_it_is():
    rng = np.random.default_rng(2)
    starts = np.cumsum(rng.exponential(3, 300)).astype(int)
    once = [note for _, note in share_out([glissando(int(start)) for start in starts], STRINGS)]

    twice = [note for _, note in share_out(once, STRINGS)]

    assert sorted(twice) == sorted(once)
