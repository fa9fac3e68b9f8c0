"""Servers whose people like something that is known: traits drawn by lot, and votes."""

from __future__ import annotations

import numpy as np

from composer.taste.weighing import TasteVote

TRAITS = ("density", "groove", "melody_range", "melody_step", "polyphony", "returns", "tempo")


def heard(number: int, rng: np.random.Generator) -> dict[int, dict[str, float]]:
    """Pieces in numbers."""
    return {
        piece: {"minor": float(rng.random() < 0.3), **dict(zip(TRAITS, rng.normal(size=len(TRAITS)), strict=True))}
        for piece in range(number)
    }


def likes(wants: dict[str, float], traits: dict[str, float]) -> float:
    """How likely a thumb goes up."""
    return float(1 / (1 + np.exp(-sum(weight * traits[name] for name, weight in wants.items()))))


def vote(
    pieces: dict[int, dict[str, float]],
    wants: dict[str, float],
    rng: np.random.Generator,
    *,
    people: int = 6,
    raters: int = 3,
    first: int = 0,
) -> list[TasteVote]:
    """Some of the people vote on each piece."""
    return [
        TasteVote(piece=piece, person=first + int(person), liked=bool(rng.random() < likes(wants, traits)))
        for piece, traits in pieces.items()
        for person in rng.choice(people, raters, replace=False)
    ]


def approval_of_choices(
    wants: dict[str, float], preferences: dict[str, float], rng: np.random.Generator, *, of: int = 8
) -> tuple[float, float]:
    """Mean approval of the first of some candidates, and of the one that costs least by preferences for measures."""
    first, chosen = [], []
    for _ in range(60):
        candidates = list(heard(of, rng).values())
        worth = [sum(preferences.get(name, 0.0) * value for name, value in one.items()) for one in candidates]
        first.append(likes(wants, candidates[0]))
        chosen.append(likes(wants, candidates[int(np.argmax(worth))]))
    return float(np.mean(first)), float(np.mean(chosen))
