from __future__ import annotations

import pytest

from composer.music.score import Part
from composer.tokens import vocabulary
from composer.tokens.vocabulary import EVENTS, Event, Kind, nearest_duration, nearest_velocity, token_of, token_range

SHIPPED = "23876336776808d6"
"""The fingerprint that shipped models carry: whoever changes it must train them again."""


def test_every_token_says_one_event_and_every_event_has_one_token() -> None:
    assert len(EVENTS) == len(set(EVENTS)) == vocabulary.VOCABULARY_SIZE
    assert [token_of(event.kind, event.value, event.part) for event in EVENTS] == list(range(len(EVENTS)))


@pytest.mark.parametrize("kind", Kind)
def test_tokens_of_a_kind_stand_side_by_side_ascending(kind: Kind) -> None:
    events = [EVENTS[token] for token in token_range(kind)]

    assert {event.kind for event in events} == {kind}
    assert events == sorted(events, key=lambda event: (event.part or 0, event.value))
    assert sum(event.kind is kind for event in EVENTS) == len(events)


def test_numbering_is_that_of_the_shipped_models() -> None:
    assert vocabulary.fingerprint() == SHIPPED


def test_fingerprint_changes_with_the_meaning_of_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "EVENTS", EVENTS[::-1])

    assert vocabulary.fingerprint() != SHIPPED


def test_every_part_has_the_keys_of_a_piano() -> None:
    for part in vocabulary.PITCHED_PARTS:
        pitches = [event.value for event in EVENTS if event.kind is Kind.PITCH and event.part is part]

        assert pitches == list(range(21, 109))


def test_every_place_in_every_metre_has_a_position() -> None:
    assert len(token_range(Kind.POSITION)) == max(metre.bar_ticks for metre in vocabulary.METRES)


@pytest.mark.parametrize(
    ("kind", "value", "part"),
    [
        (Kind.PITCH, 20, Part.MELODY),
        (Kind.PITCH, 60, Part.DRUMS),
        (Kind.PITCH, 60, None),
        (Kind.DRUM, 82, Part.DRUMS),
        (Kind.DURATION, 11, None),
        (Kind.VELOCITY, 64, None),
        (Kind.POSITION, 168, None),
    ],
)
def test_event_outside_the_vocabulary_is_refused(kind: Kind, value: int, part: Part | None) -> None:
    with pytest.raises(ValueError, match=f"{kind.value} {value}"):
        token_of(kind, value, part)


@pytest.mark.parametrize("ticks", vocabulary.DURATIONS)
def test_known_duration_stays(ticks: int) -> None:
    assert nearest_duration(ticks) == ticks


@pytest.mark.parametrize(("ticks", "nearest"), [(11, 12), (13, 14), (23, 24), (45, 48), (50, 48), (5000, 384)])
def test_duration_is_rounded_by_ratio(ticks: int, nearest: int) -> None:
    assert nearest_duration(ticks) == nearest


@pytest.mark.parametrize(("velocity", "nearest"), [(1, 25), (25, 25), (30, 25), (31, 35), (64, 65), (127, 115)])
def test_velocity_is_rounded_to_the_nearest_and_at_the_middle_to_the_softer(velocity: int, nearest: int) -> None:
    assert nearest_velocity(velocity) == nearest


def test_event_is_found_by_its_token() -> None:
    assert EVENTS[token_of(Kind.PITCH, 60, Part.BASS)] == Event(Kind.PITCH, 60, Part.BASS)
    assert [EVENTS[token].kind for token in (vocabulary.START, vocabulary.END, vocabulary.BAR)] == [
        Kind.START,
        Kind.END,
        Kind.BAR,
    ]
