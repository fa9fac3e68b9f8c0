"""Numerals of many phrases -> how often each rule of the grammar is taken.

The rules that divide regions cannot be seen. Their weights are found by expectation maximisation with the
inside-outside algorithm (Baker 1979; Lari & Young 1990, "The estimation of stochastic context-free grammars").
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from composer.music.score import Mode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Rule = tuple[str, str, str]
    Spans = dict[tuple[int, int, str], float]

_REGIONS = {
    Mode.MAJOR: {"I": "T", "vi": "T", "iii": "T", "IV": "S", "ii": "S", "V": "D", "vii°": "D"},
    Mode.MINOR: {"i": "T", "VI": "T", "III": "T", "iv": "S", "ii°": "S", "V": "D", "vii°": "D"},
}
"""Region of each chord that stands for one."""

RULES: tuple[Rule, ...] = (
    ("T", "T", "T"),
    ("T", "D", "T"),
    ("T", "S", "T"),
    ("D", "S", "D"),
    ("D", "D", "D"),
    ("S", "S", "S"),
)
"""The rules that divide regions."""

_ROUNDS = 40
_LONGEST = 12
_DIGITS = 4


def fit_weights(phrases: Iterable[tuple[Mode, tuple[str, ...]]]) -> dict[str, Any]:
    """Weights of rules, chords and applied dominants, by mode.

    Args:
        phrases: Mode and numerals of each phrase.
    """
    by_mode: dict[Mode, list[tuple[str, ...]]] = {mode: [] for mode in Mode}
    for mode, numerals in phrases:
        by_mode[mode].append(numerals)
    return {mode.name.lower(): _of_mode(mode, own) for mode, own in by_mode.items()}


def _of_mode(mode: Mode, phrases: list[tuple[str, ...]]) -> dict[str, Any]:
    regions = _REGIONS[mode]
    chords: dict[str, Counter[str]] = defaultdict(Counter)
    applied: Counter[str] = Counter()
    strings: Counter[str] = Counter()
    for numerals in phrases:
        for before, now in zip(("", *numerals), numerals, strict=False):
            if now in regions:
                chords[regions[now]][now] += 1
                applied[now] += before == f"V7/{now}"
        plain = [regions[name] for name in numerals if name in regions]
        strings["".join(plain)] += 1
    return {
        "rules": _as_shares(_expected_rules(strings)),
        "chords": {region: _shares(counts) for region, counts in sorted(chords.items())},
        "applied": {
            name: round(times / chords[regions[name]][name], _DIGITS)
            for name, times in sorted(applied.items())
            if times
        },
    }


def _shares(counts: Mapping[str, float]) -> dict[str, float]:
    total = sum(counts.values())
    return {name: round(times / total, _DIGITS) for name, times in sorted(counts.items())}


def _as_shares(weights: Mapping[Rule, float]) -> dict[str, object]:
    """Of the rules that divide a region, how often each is taken."""
    return {
        region: _shares({f"{left} {right}": weights[region, left, right] for _, left, right in rules})
        for region, rules in ((region, list(own)) for region, own in groupby(RULES, key=lambda rule: rule[0]))
    }


def _expected_rules(strings: Mapping[str, int]) -> dict[Rule, float]:
    """Expected number of times that each rule was taken, after `_ROUNDS` of expectation maximisation.

    A region comes down to a chord with the probability that is left; phrases close in T, or in D before a rest.
    """
    chances: dict[Rule | str, float] = {**dict.fromkeys(RULES, 0.15), "T": 0.55, "D": 0.7, "S": 0.85}
    counts: dict[Rule | str, float] = {}
    for _ in range(_ROUNDS):
        counts = dict.fromkeys(chances, 1e-3)
        for string, times in strings.items():
            if 0 < len(string) <= _LONGEST:
                _add_counts(string, times, chances, counts)
        for region in "TDS":
            total = counts[region] + sum(counts[rule] for rule in RULES if rule[0] == region)
            chances[region] = counts[region] / total
            chances.update({rule: counts[rule] / total for rule in RULES if rule[0] == region})
    return {rule: counts[rule] for rule in RULES}


def _add_counts(string: str, times: int, chances: Mapping[Rule | str, float], counts: dict[Rule | str, float]) -> None:
    """Add how often each rule is expected in one string of regions."""
    inside = _inside(string, chances)
    length = len(string)
    outside: Spans = defaultdict(float)
    roots = {"T": inside[0, length, "T"], "D": inside[0, length, "D"]}
    whole = sum(roots.values())
    if not whole:
        return
    for root in roots:
        outside[0, length, root] = 1.0
    for size in range(length, 1, -1):
        for start in range(length - size + 1):
            end = start + size
            for middle in range(start + 1, end):
                for rule in RULES:
                    parent, left, right = rule
                    above = outside[start, end, parent] * chances[rule]
                    first, second = inside[start, middle, left], inside[middle, end, right]
                    outside[start, middle, left] += above * second
                    outside[middle, end, right] += above * first
                    counts[rule] += times * above * first * second / whole
    for place, region in enumerate(string):
        counts[region] += times * outside[place, place + 1, region] * chances[region] / whole


def _inside(string: str, chances: Mapping[Rule | str, float]) -> Spans:
    """Probability that each region makes each part of a string."""
    inside: Spans = defaultdict(float)
    for place, region in enumerate(string):
        inside[place, place + 1, region] = chances[region]
    for size in range(2, len(string) + 1):
        for start in range(len(string) - size + 1):
            end = start + size
            for middle in range(start + 1, end):
                for rule in RULES:
                    parent, left, right = rule
                    both = inside[start, middle, left] * inside[middle, end, right]
                    inside[start, end, parent] += chances[rule] * both
    return inside
