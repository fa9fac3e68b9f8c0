from __future__ import annotations

import numpy as np

from training.polyphonic.copying import ABSENT, find_candidates
from training.polyphonic.recall import recall_frames
from training.polyphonic.rolls import join_pieces


def spelled(text: str, *, keys: int = 26, up: int = 0) -> np.ndarray:
    """One key a frame."""
    return np.eye(keys, dtype=np.bool_)[[ord(letter) - ord("a") + up for letter in text]]


def test_longest_match_offers_the_frame_that_followed() -> None:
    found, strength = find_candidates(spelled("abcdxbcdyabcd"))

    # After "abcd" at the end of the tune comes what came after the first "abcd", not what came after "xbcd".
    assert found[12].tolist()[0] == 3
    assert strength[12, 0] == 3
    found, strength = find_candidates(spelled("abcdxbcdyabcdz"))
    assert found[13, 0] == 4
    assert strength[13, 0] == 4


def test_second_candidate_continues_otherwise() -> None:
    found, strength = find_candidates(spelled("abcdxbcdyabcdz"))

    assert found[13, 1] == 8
    assert strength[13, 1] == 3


def test_latest_of_equal_matches_is_taken() -> None:
    found, _ = find_candidates(spelled("abxabyab?".replace("?", "z")))

    assert found[8, 0] == 5


def test_nothing_is_offered_where_nothing_matches() -> None:
    found, strength = find_candidates(spelled("abcdef"))

    assert (found[:, :2] == ABSENT).all()
    assert (strength[:, :2] == 0).all()


def test_blurred_match_bridges_a_changed_frame() -> None:
    found, _ = find_candidates(spelled("abcdefghabcxefgh"))

    assert found[12:16, 2].tolist() == [4, 5, 6, 7]


def test_training_piece_is_recalled_in_another_key() -> None:
    music = join_pieces([("train", spelled("abcefg")), ("test", spelled("abcef", up=3))])

    frames, shifts, length = recall_frames(music)

    last = len(music.frames) - 1
    assert frames[last][frames[last] != ABSENT].tolist() == [4]
    assert shifts[last, 0] == 3
    assert length[last] == 4


def test_own_piece_and_test_pieces_are_not_recalled() -> None:
    music = join_pieces([("train", spelled("abcabc")), ("test", spelled("xyzmxyz")), ("test", spelled("xyzm"))])

    frames, _, _ = recall_frames(music)

    train, first, second = frames[:6], frames[6:13], frames[13:]
    assert (train == ABSENT).all()
    assert set(np.unique(np.concatenate([first, second]))) <= {ABSENT, *range(6)}
