from __future__ import annotations

import numpy as np
import pytest

from composer.decoding.clash_guard import ClashGuard, soften_clashes
from composer.decoding.loop import BiasStrengths
from composer.music.measures import measure
from composer.music.score import Metre, Mode, Part
from composer.planning.constraints import PieceConstraints
from composer.tokens.vocabulary import BAR, KEYS, LOWEST_PITCH, START, VOCABULARY_SIZE, Kind, note_tokens, token_of
from tests.composer.scripted import drawn_from_noise

METRE = Metre(4, 4)
STRENGTH = 0.8


def guard_after(*tokens: int) -> ClashGuard:
    guard = ClashGuard(METRE)
    for token in (START, BAR, *tokens):
        guard.read(token)
    return guard


def at(position: int) -> int:
    return token_of(Kind.POSITION, position)


def lasting(ticks: int) -> int:
    return token_of(Kind.DURATION, ticks)


def pitch(midi: int, part: Part = Part.MELODY) -> int:
    return token_of(Kind.PITCH, midi, part)


def clashing(guard: ClashGuard) -> set[int]:
    return {key + LOWEST_PITCH for key in range(KEYS) if guard.clashing >> key & 1}


def test_what_lies_a_semitone_from_a_sounding_note_clashes() -> None:
    near = {60 + apart for apart in (-13, -11, -1, 1, 11, 13)}

    assert clashing(guard_after(at(0), pitch(60))) == near
    assert clashing(guard_after(at(0), pitch(60), lasting(48), at(24))) == near
    assert clashing(guard_after(at(48), pitch(60), lasting(72), BAR, at(0))) == near


def test_what_has_ended_clashes_with_nothing() -> None:
    assert clashing(guard_after(at(0), pitch(60), lasting(24), at(24))) == set()


def test_a_note_of_a_chord_lasts_as_long_as_the_one_before() -> None:
    chord = guard_after(at(0), pitch(72), lasting(48), pitch(60), at(24))
    other_part = guard_after(at(0), pitch(72), lasting(48), pitch(60, Part.BASS), lasting(12), at(24))

    assert {47, 49} <= clashing(chord)
    assert clashing(other_part).isdisjoint({47, 49})


def test_a_part_as_a_whole_stays_as_likely() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(2, VOCABULARY_SIZE)).astype(np.float32)
    allowed = rng.random((2, VOCABULARY_SIZE)) < 0.5
    plain = logits.copy()

    soften_clashes(logits, allowed, [guard_after(at(0), pitch(60)), guard_after()], STRENGTH)

    one, other = pitch(61, Part.BASS), pitch(62, Part.BASS)
    assert (logits[0, one] - plain[0, one]) - (logits[0, other] - plain[0, other]) == pytest.approx(-STRENGTH, abs=1e-5)
    for part in (Part.MELODY, Part.ACCOMPANIMENT, Part.BASS):
        own = note_tokens(part)
        before, after = (np.exp(one[0, own])[allowed[0, own]].sum() for one in (plain, logits))
        assert after == pytest.approx(before, rel=1e-5)
    assert np.array_equal(logits[1], plain[1])


def test_less_clashes_where_they_are_avoided() -> None:
    constraints = PieceConstraints(metre=METRE, bars=8, mode=Mode.MAJOR)
    plain, guarded = (measure(drawn_from_noise(constraints, BiasStrengths(clash=clash)))["clashes"] for clash in (0, 3))

    assert guarded < plain - 0.1
