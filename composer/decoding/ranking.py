"""One of several candidates: like its style, likely, and chosen so that many together are as people's pieces are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from composer.decoding.nearness import departure_cost, goes_on_alike, new_part
from composer.music.analysis import find_key
from composer.music.measures import measure
from composer.styles.table import STYLES
from composer.tokens.tokenizer import quantised
from composer.weighted_draw import draw_one

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from composer.engine import Candidate
    from composer.models.choosing import Choosing
    from composer.music.given import Theme
    from composer.music.score import Score

_FREE = 1.0
"""Standard deviations by which a measure may differ from the mean at no cost: variety is welcome."""

_MOST = 4.0
JUDGED_ANYWAY = frozenset({"longest_run", "same_rhythm", "empty_bars"})
"""Measures of loops and silence, which cost whatever the weights are, and so get none."""

_LIKELIHOOD_WEIGHT = 1.0
_LONGEST_RUN = 8
_SAME_RHYTHM = 24
"""Bars in a row with one rhythm: 99 in a hundred of people's piano pieces have fewer."""

_LOOP_COST = 6.0
_WRONG_KEY_COST = 6.0
"""Cost of sounding as if in another key than the asked one: of 100 pieces that were chosen without it, 12 did."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a candidate was judged.

    Attributes:
        cost: Lower is better.
        measures: Measures of the candidate's score.
    """

    cost: float
    measures: Mapping[str, float]


def judge(
    score: Score,
    *,
    nats: float,
    usual_nats: float,
    profile: Mapping[str, tuple[float, float]],
    weights: Mapping[str, tuple[float, float]],
) -> Verdict:
    """Judge one candidate.

    Args:
        score: Score of the candidate, in its own key.
        nats: The candidate's mean negative log-likelihood a token.
        usual_nats: Mean of all candidates' nats; being less likely than this costs, being likelier does not pay.
        profile: Mean and standard deviation of each measure over pieces of the style; measures that it does
            not name do not count.
        weights: What the distance of each measure and its square cost in nats, fitted by
            `training.calibration.fit_ranking`; empty where nothing was fitted: then every measure costs alike.
    """
    measures = measure(score)
    cost = cost_of(distances(measures, profile), weights)
    cost += _LIKELIHOOD_WEIGHT * max(0.0, nats - usual_nats)
    # Whatever the weights are: no loop, no silence, and the key that was asked for.
    cost += _LOOP_COST * (measures["longest_run"] > _LONGEST_RUN) + _LOOP_COST * measures["empty_bars"]
    cost += _LOOP_COST * (measures["same_rhythm"] > _SAME_RHYTHM)
    cost += _WRONG_KEY_COST * (find_key(score.notes) != score.key)
    return Verdict(cost, measures)


def distances(measures: Mapping[str, float], profile: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """How far each measure of the profile is above its mean, in standard deviations, at most `_FREE + _MOST`."""
    farthest = _FREE + _MOST
    return {
        name: min(max((measures[name] - mean) / max(deviation, 1e-6), -farthest), farthest)
        for name, (mean, deviation) in profile.items()
        if name in measures
    }


def profile_after(
    given: Mapping[str, float],
    *,
    profile: Mapping[str, tuple[float, float]],
    following: Mapping[str, float],
) -> dict[str, tuple[float, float]]:
    """What is usual of music that goes on from given music: people's second halves are like their first ones.

    A regression of each measure on the same one of the given music.

    Args:
        given: Measures of the given music.
        profile: Mean of each measure over what goes on, and the deviation that is left when the given music is known.
        following: Slopes; measures without one do not depend on the given music.
    """
    return {
        name: (mean + following.get(name, 0.0) * (given.get(name, mean) - mean), deviation)
        for name, (mean, deviation) in profile.items()
    }


def cost_of(far: Mapping[str, float], weights: Mapping[str, tuple[float, float]]) -> float:
    """What distances cost under fitted weights; without any, the mean square of what is not free."""
    if not weights:
        return sum(max(0.0, abs(one) - _FREE) ** 2 for one in far.values()) / max(len(far), 1)
    return sum(plain * far[name] + square * far[name] ** 2 for name, (plain, square) in weights.items() if name in far)


def weights_with_liking(
    weights: Mapping[str, tuple[float, float]], liked: Mapping[str, float], measures: Iterable[str]
) -> Mapping[str, tuple[float, float]]:
    """Weights with which a candidate also costs less for what people like of it: a product of experts.

    Args:
        weights: See `judge`.
        liked: What a deviation of each measure saves, see `composer.models.learned_preferences`.
        measures: Measures of the profile: without fitted weights all of them but those that are judged anyway go on
            to cost their square alike.
    """
    if not liked:
        return weights
    plain = [name for name in measures if name not in JUDGED_ANYWAY]
    known = weights or dict.fromkeys(plain, (0.0, 1 / max(len(plain), 1)))
    both = {name: known.get(name, (0.0, 0.0)) for name in (*known, *(name for name in liked if name not in known))}
    return {name: (cost - liked.get(name, 0.0), square) for name, (cost, square) in both.items()}


def best_candidate(verdicts: Sequence[Verdict]) -> int:
    """Index of the cheapest; of equals the first."""
    return min(range(len(verdicts)), key=lambda index: verdicts[index].cost)


def draw_by_verdict(verdicts: Sequence[Verdict], lot: float) -> int:
    """Index of one of them, each the likelier by a factor of e for every nat that it is cheaper.

    The cheapest is that of which people's pieces have most, over and over the same; fitted weights are to bring what is
    drawn to people's shares.

    Args:
        verdicts: Verdicts with costs of fitted weights.
        lot: A random number in [0, 1).
    """
    costs = np.array([verdict.cost for verdict in verdicts])
    return draw_one(np.exp(costs.min() - costs), lot)


def judge_candidates(
    candidates: Sequence[Candidate],
    *,
    profile: Mapping[str, tuple[float, float]],
    weights: Mapping[str, tuple[float, float]],
) -> list[Verdict]:
    """How each of several candidates is judged beside the others; see `judge`."""
    usual = fmean(candidate.nats for candidate in candidates)
    return [
        judge(candidate.score, nats=candidate.nats, usual_nats=usual, profile=profile, weights=weights)
        for candidate in candidates
    ]


def judge_continuations(
    candidates: Sequence[Candidate],
    theme: Theme,
    *,
    profile: Mapping[str, tuple[float, float]],
    weights: Mapping[str, tuple[float, float]],
    following: Mapping[str, float],
) -> list[Verdict]:
    """How candidates that go on from given music are judged: by what is new of them, and how near to it they stay.

    Args:
        candidates: At least one.
        theme: The given music.
        profile: See `judge`.
        weights: See `judge`.
        following: See `profile_after`; where it is empty, the profile holds as it is.
    """
    if following:
        profile = profile_after(measure(quantised(theme.music.score)), profile=profile, following=following)
    new = [replace(candidate, score=new_part(candidate.score, theme)) for candidate in candidates]
    verdicts = judge_candidates(new, profile=profile, weights=weights)
    departed = [departure_cost(candidate.score, theme) for candidate in new]
    return [replace(judged, cost=judged.cost + far) for judged, far in zip(verdicts, departed, strict=True)]


def choose_candidate(
    candidates: Sequence[Candidate], choosing: Choosing, style: str, *, lot: float, theme: Theme | None = None
) -> tuple[Candidate, Verdict]:
    """One of several candidates, and how it was judged.

    Args:
        candidates: At least one.
        choosing: What is known of pieces by the engine.
        style: Style that was asked for.
        lot: A random number in [0, 1).
        theme: Given music that they go on from.
    """
    if candidates[0].sound is not None:
        return candidates[0], Verdict(0.0, {})  # what has no notes cannot be judged by them
    goes_on = goes_on_alike(theme, style)
    known_as = STYLES[style].known_as
    profile, fitted = choosing.profile_of(known_as, goes_on=goes_on), choosing.ranking_of(known_as, goes_on=goes_on)
    liked = choosing.preferences.measures
    weights = weights_with_liking(fitted, liked, profile)
    if theme is not None and goes_on:
        following = choosing.following_of(style)
        verdicts = judge_continuations(candidates, theme, profile=profile, weights=weights, following=following)
    else:
        verdicts = judge_candidates(candidates, profile=profile, weights=weights)
    # What people like is to be had as much as it can be, and without fitted weights there is nothing to draw by.
    chosen = draw_by_verdict(verdicts, lot) if fitted and not liked else best_candidate(verdicts)
    # What is told of a piece is told of all of it.
    told = verdicts[chosen].measures if theme is None else measure(candidates[chosen].score)
    return candidates[chosen], replace(verdicts[chosen], measures=told)
