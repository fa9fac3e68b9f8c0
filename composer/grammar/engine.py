"""The engine that writes by rules: many drafts, of which a network finds some likelier than others."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from composer.blues.draft import draft_blues
from composer.blues.plan import plan_blues
from composer.dances.draft import draft_dance, draft_rag, plan_tune
from composer.dances.tables import counted_sources
from composer.decoding.likelihood import mean_nats
from composer.engine import Candidate, check_request
from composer.errors import EngineError, RequestError
from composer.grammar.draft import draft
from composer.grammar.learned import LEARNED
from composer.grammar.lots import Lots
from composer.grammar.voices import BROKEN
from composer.lofi.draft import draft_lofi, plan_lofi
from composer.models import loading
from composer.models.choosing import Choosing
from composer.models.identity import Identity, Source
from composer.music.score import Key
from composer.planning.constraints import TONICS
from composer.planning.plan import Plan, plan_piece
from composer.styles.table import STYLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from composer.grammar.draft import Draft
    from composer.models.learned_preferences import LearnedPreferences
    from composer.models.loading import Model
    from composer.music.score import Score
    from composer.request import Request


JUDGE = "lstm-v4.onnx"
"""Network that judges the drafts, of those that come with Cadenza.

Another one means other pieces: then raise the version.
"""

DRAFTS = 64
_READ = 160
"""Tokens of each draft that the network reads: its first theme, of which most of a piece is made."""

_MOST_TRIES = 2
"""How many times as many drafts as are wanted may be tried, where voice leading finds no way."""

_BEATS = {2, 3, 4}
"""Felt beats in a bar that rhythms and harmony are made for."""


_WITH_A_BAND: Mapping[str, tuple[Callable[[Request, np.random.Generator], Plan], Callable[[Plan, Lots], Draft]]] = {
    "blues": (plan_blues, draft_blues),
    "lofi": (plan_lofi, draft_lofi),
    "folk": (plan_tune, draft_dance),
    "ragtime": (plan_tune, draft_rag),
}
"""Styles that go their own way: who plans a piece, and who writes a draft of it."""


_SOURCES = sorted([*LEARNED.values["sources"], *counted_sources()], key=lambda row: (row["name"], row["licence"]))
"""Sets that tables were counted in, the dances' too."""


class GrammarEngine:
    """Writes drafts by rules; which of them is taken a network and the general measures say."""

    identity = Identity(
        name="grammar",
        version=2,
        architecture="rules of form, harmony and counterpoint",
        licence="CC-BY-4.0",
        styles=("piano", "quartet", "choir", *_WITH_A_BAND),
        trained_on=tuple(Source(row["name"], row["licence"]) for row in _SOURCES),
        honours=frozenset({"instrument", "instrument_sound", "key", "metre", "tempo", "creativity", "candidates"}),
    )
    choosing = Choosing(candidates=DRAFTS, profiles=LEARNED.profiles)

    def adapted(self, liked: LearnedPreferences) -> GrammarEngine:
        """The same rules where people like that; see `AdaptableEngine`."""
        engine = GrammarEngine()
        engine.choosing = replace(self.choosing, preferences=liked)
        return engine

    def check(self, request: Request) -> None:
        """Refuse a metre that the rules do not know; see `Engine`."""
        check_request(self.identity, request)
        metre = request.metre
        if metre is not None and metre.bar_ticks // metre.beat_ticks not in _BEATS:
            raise RequestError(
                f"grammar has no rules for {metre}; ask for 2/4, 3/4, 4/4 or 6/8, or leave it out",
                reason="no_rules_for_metre",
                values={"metre": str(metre)},
            )

    def plan(self, request: Request, rng: np.random.Generator) -> Plan:
        """Plan as the style has it; see `Engine`."""
        if request.style in _WITH_A_BAND:
            planned, _ = _WITH_A_BAND[request.style]
            return planned(request, rng)
        return plan_piece(request, rng, self.choosing.preferences)

    def candidates(
        self, request: Request, plan: Plan, rng: np.random.Generator, progress: Callable[[int], None]
    ) -> list[Candidate]:
        """Write as many drafts as are asked for, and let the network read the beginning of each; see `Engine`."""
        wanted = self.choosing.count_for(request.candidates)
        drafts: list[Draft] = []
        for tried in range(_MOST_TRIES * wanted):
            progress(plan.bars * tried // (_MOST_TRIES * wanted))
            lots = Lots(np.random.default_rng(rng.integers(2**63)), request.creativity)
            found = _written(request.style, plan, lots)
            if found.cost < BROKEN:
                drafts.append(found)
            if len(drafts) == wanted:
                break
        if not drafts:
            raise EngineError(
                "grammar found no way to lead four voices through this piece; try another seed", reason="no_way"
            )
        beginnings = [_beginning(found.score) for found in drafts]
        nats = mean_nats(_judge(), beginnings, plan.conditions, longest=_READ, progress=lambda: progress(plan.bars))
        return [
            Candidate(
                found.score,
                own,
                title=found.title,
                remark=found.remark,
                numerals=found.numerals,
                derivation=found.derivation,
            )
            for found, own in zip(drafts, nats, strict=True)
        ]


def _written(style: str, plan: Plan, lots: Lots) -> Draft:
    if style in _WITH_A_BAND:
        _, write = _WITH_A_BAND[style]
        return write(plan, lots)
    return draft(plan, STYLES[style].known_as, lots)


@cache
def _judge() -> Model:
    return loading.load(loading.FOLDER / JUDGE)


def _beginning(score: Score) -> Score:
    """As much of a score as is read, in the key that networks read: each note takes a token at least."""
    home = Key(TONICS[score.key.mode], score.key.mode)
    return replace(score, notes=score.notes[: 2 * _READ]).transposed(score.key.semitones_to(home))
