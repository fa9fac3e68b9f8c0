"""The engine of the networks: a model file, run token by token."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from composer.decoding.carrying_on import carry_on
from composer.decoding.loop import decode_candidates
from composer.decoding.sampling import for_creativity
from composer.decoding.scores import bias_strengths, decoded, score_of
from composer.engine import Candidate, check_request
from composer.grooves.drummer import keep_groove
from composer.models.learned_preferences import NONE
from composer.models.runner import ModelRunner
from composer.music.chord_reading import symbols_in
from composer.music.score import Part
from composer.planning.chord_plan import key_of, repeat_chords
from composer.planning.constraints import constraints_of
from composer.planning.form import sections_of
from composer.planning.plan import plan_piece
from composer.planning.theme_plan import plan_theme
from composer.tokens import tokenizer, vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from composer.models.choosing import Choosing
    from composer.models.identity import Identity
    from composer.models.learned_preferences import LearnedPreferences
    from composer.models.loading import Model
    from composer.music.given import Theme
    from composer.planning.plan import Plan
    from composer.request import Request


@dataclass(frozen=True, slots=True)
class NetworkEngine:
    """Draws candidates from a network.

    Attributes:
        model: The loaded model file.
        liked: What is liked beyond what the card has learned.
    """

    model: Model
    liked: LearnedPreferences = NONE

    @property
    def identity(self) -> Identity:
        """The identity in the model's card."""
        return self.model.card.identity

    @property
    def choosing(self) -> Choosing:
        """The choosing in the model's card, and what is liked beyond it."""
        own = self.model.card.choosing
        return own if self.liked == NONE else replace(own, preferences=own.preferences.plus(self.liked))

    def adapted(self, liked: LearnedPreferences) -> NetworkEngine:
        """The same network where people like that; see `AdaptableEngine`."""
        return replace(self, liked=liked)

    def check(self, request: Request) -> None:
        """Refuse a style that the network has not learned; see `Engine`."""
        check_request(self.identity, request)

    def plan(self, request: Request, rng: np.random.Generator) -> Plan:
        """Plan as the style has it and as the card prefers, with the chords that are asked for; see `Engine`."""
        asked = request.chords
        if asked is not None and request.key is None:
            request = replace(request, key=key_of(asked.bars))
        plan = plan_piece(request, rng, self.choosing.preferences, upbeat=None)
        return plan if asked is None else replace(plan, chords=repeat_chords(plan, asked.bars))

    def candidates(
        self,
        request: Request,
        plan: Plan,
        rng: np.random.Generator,
        progress: Callable[[int], None] = lambda _: None,
    ) -> list[Candidate]:
        """Draw as many pieces as the request or else the card says; see `Engine`."""
        number = self.choosing.count_for(request.candidates)
        pull = bias_strengths(self.choosing, request.style, request.creativity, rng)
        drawn = decode_candidates(
            ModelRunner(self.model, number),
            constraints_of(plan, request.style),
            plan.conditions,
            sampling=for_creativity(request.creativity),
            candidates=number,
            rng=rng,
            pull=pull,
            progress=progress,
        )
        settled = [(_with_groove(piece.tokens, plan, rng), piece.nats) for piece in drawn]
        proposed = [Candidate(score_of(tokens, plan), nats, tokens) for tokens, nats in settled]
        if not self.model.reads.has_outlook:
            return proposed
        return [replace(candidate, numerals=symbols_in(candidate.score)) for candidate in proposed]

    def plan_theme(self, theme: Theme, request: Request, rng: np.random.Generator) -> Plan:
        """Plan in metre, key and tempo of given music; see `ThemeEngine`."""
        return plan_theme(theme, request, rng, self.choosing.preferences)

    def carry_on(
        self,
        theme: Theme,
        request: Request,
        plan: Plan,
        rng: np.random.Generator,
        progress: Callable[[int], None] = lambda _: None,
    ) -> list[Candidate]:
        """Draw as many pieces that go on from given music; see `ThemeEngine`."""
        return carry_on(self.model, self.choosing, request, plan, theme, rng, progress)


def _with_groove(tokens: tuple[int, ...], plan: Plan, rng: np.random.Generator) -> tuple[int, ...]:
    """The tokens of the same piece with drums that keep a groove; of a piece without drums these tokens."""
    if not any(vocabulary.EVENTS[token].part is Part.DRUMS for token in tokens):
        return tokens
    score = decoded(tokens, plan)
    sections = sections_of(plan.bars, plan.form, upbeat_bars=score.upbeat_bars)
    played = keep_groove(score, sections, rng.random())
    return tuple(tokenizer.encode(tokenizer.quantised(played)))
