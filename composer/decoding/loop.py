"""The autoregressive loop: several candidates for one piece, drawn side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from composer.decoding.clash_guard import ClashGuard, soften_clashes
from composer.decoding.given_melody import GivenMelody
from composer.decoding.grammar import Grammar
from composer.decoding.interval_bias import IntervalBias
from composer.decoding.recall_bias import RecallBias
from composer.decoding.sampling import draw_tokens
from composer.decoding.silence_bias import SilenceBias
from composer.planning.form import recalled_bars
from composer.tokens import features, vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from composer.decoding.logit_bias import LogitBias
    from composer.decoding.sampling import Sampling
    from composer.planning.constraints import PieceConstraints
    from composer.tokens.conditions import Conditions
    from composer.tokens.features import FeatureSet, Tracker


class Decoder(Protocol):
    """What generation needs of a network: one step for a batch, and a way to drop finished rows."""

    @property
    def reads(self) -> FeatureSet:
        """What it reads beside a token."""

    def step(self, tokens: NDArray[np.int32], features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Logits (batch, vocabulary) of the next tokens, after tokens (batch,) with features (batch, width)."""

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with these rows of the batch only, in this order."""


@dataclass(frozen=True, slots=True)
class DrawnTokens:
    """One drawn piece, as the network said it.

    Attributes:
        tokens: Tokens from START to END.
        nats: Mean negative log-likelihood a drawn token, under the model, among the tokens allowed.
    """

    tokens: tuple[int, ...]
    nats: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasStrengths:
    """What is added to a network's logits.

    Attributes:
        recall: How strongly sections that return lean on what they recall, see `composer.decoding.recall_bias`.
        tilt: Tilt of the melody's intervals, see `composer.decoding.interval_bias`.
        clash: How strongly clashing notes are avoided, see `composer.decoding.clash_guard`.
    """

    recall: float = 0.0
    tilt: Sequence[float] = ()
    clash: float = 0.0


_NONE = BiasStrengths()

_SEAM = np.zeros(vocabulary.VOCABULARY_SIZE, np.bool_)
_SEAM[[vocabulary.BAR, *vocabulary.token_range(vocabulary.Kind.POSITION)]] = True
"""What may follow music that was given: nothing is added to its last chord."""


@dataclass(slots=True)
class _CandidateRow:
    """A candidate in the making."""

    index: int
    grammar: Grammar
    position: Tracker
    biases: tuple[LogitBias, ...]
    guard: ClashGuard
    melody: GivenMelody | None
    tokens: list[int]
    log_likelihood: float = 0.0
    drawn: int = 0

    def draw(self, token: int, log_likelihood: float) -> None:
        if self.melody is None:
            self.grammar.read(token)
        else:
            self.grammar.follow(token)
        self._note(token)
        self.log_likelihood += log_likelihood
        self.drawn += 1

    def follow(self, token: int) -> None:
        self.grammar.follow(token)
        self._note(token)

    def _note(self, token: int) -> None:
        self.position.read(token)
        for bias in self.biases:
            bias.read(token)
        self.guard.read(token)
        if self.melody is not None:
            self.melody.read(token)
        self.tokens.append(token)

    def allowed(self) -> NDArray[np.bool_]:
        allowed = self.grammar.allowed
        if not self.drawn and len(self.tokens) > 1:
            return allowed & _SEAM
        return allowed if self.melody is None else self.melody.restrict(allowed)

    def ended(self) -> DrawnTokens:
        return DrawnTokens(tuple(self.tokens), -self.log_likelihood / (1 + self.drawn))


class _Inputs:
    """What the network reads beside the tokens of a piece under its conditions."""

    def __init__(self, reads: FeatureSet, conditions: Conditions) -> None:
        self._reads = reads
        self._asked = features.condition_features(np.array(conditions.classes(), np.uint8))

    def of(self, rows: Sequence[_CandidateRow]) -> NDArray[np.float32]:
        """Shape (rows, width of the feature set)."""
        tracked = np.frombuffer(b"".join(row.position.row for row in rows), np.uint8)
        return self._reads.features(tracked.reshape(len(rows), self._reads.row_width), self._asked)


def decode_candidates(
    decoder: Decoder,
    constraints: PieceConstraints,
    conditions: Conditions,
    *,
    sampling: Sampling,
    candidates: int,
    rng: np.random.Generator,
    pull: BiasStrengths = _NONE,
    progress: Callable[[int], None] = lambda _: None,
) -> list[DrawnTokens]:
    """Draw `candidates` pieces.

    Args:
        decoder: Fresh, for a batch of `candidates`; for a batch of one, where it is primed.
        constraints: Metre, length and cadence that every candidate keeps, and its prime.
        conditions: What the network is asked for.
        sampling: How adventurous the draws are.
        candidates: Number of candidates, at least 1.
        pull: What the draws lean to beside the network.
        rng: Random generator that decides every draw; the same state gives the same pieces.
        progress: Called before every step with the number of bars that all have begun; see `composer.engine.Cancelled`.
    """
    rows = [_begun(index, constraints, pull, decoder.reads) for index in range(candidates)]
    done: list[_CandidateRow] = []
    inputs = _Inputs(decoder.reads, conditions)
    _read_prime(constraints.prime, rows, decoder, inputs, progress)
    while rows:
        progress(min(row.grammar.bar + 1 for row in rows))
        _step(rows, decoder, inputs, sampling, rng.random(candidates), clash=pull.clash)
        going = [place for place, row in enumerate(rows) if not row.grammar.finished]
        if len(going) < len(rows):
            done.extend(row for row in rows if row.grammar.finished)
            rows = [rows[place] for place in going]
            if rows:
                decoder.keep(going)
    return [row.ended() for row in sorted(done, key=lambda row: row.index)]


def _read_prime(
    prime: Sequence[int],
    rows: Sequence[_CandidateRow],
    decoder: Decoder,
    inputs: _Inputs,
    progress: Callable[[int], None],
) -> None:
    """Let the network read what is given once, and every candidate go on from there."""
    if not prime:
        return
    for token in prime:
        progress(rows[0].grammar.bar + 1)
        decoder.step(np.array([rows[0].tokens[-1]], np.int32), inputs.of(rows[:1]))
        for row in rows:
            row.follow(token)
    decoder.keep([0] * len(rows))


def _begun(index: int, constraints: PieceConstraints, pull: BiasStrengths, reads: FeatureSet) -> _CandidateRow:
    recalled = constraints.recalled
    if recalled is None:
        recalled = recalled_bars(constraints.bars, constraints.form, upbeat_bars=constraints.upbeat_bars)
    position = reads.track(constraints.metre, constraints.bars, recalled=recalled, chords=constraints.chords)
    biases = (RecallBias(recalled, strength=pull.recall), SilenceBias(constraints), IntervalBias(pull.tilt))
    melody = GivenMelody(constraints) if constraints.melody else None
    row = _CandidateRow(index, Grammar(constraints), position, biases, ClashGuard(constraints.metre), melody, [])
    row.follow(vocabulary.START)
    return row


def _step(
    rows: Sequence[_CandidateRow],
    decoder: Decoder,
    inputs: _Inputs,
    sampling: Sampling,
    uniform: NDArray[np.float64],
    *,
    clash: float,
) -> None:
    """Draw the next token of every row; each has its own random number, also after others have ended."""
    logits = decoder.step(np.array([row.tokens[-1] for row in rows], np.int32), inputs.of(rows))
    for row, own in zip(rows, logits, strict=True):
        for bias in row.biases:
            bias.add_to(own)
    allowed = np.stack([row.allowed() for row in rows])
    if clash:
        soften_clashes(logits, allowed, [row.guard for row in rows], clash)
    tokens, log_likelihoods = draw_tokens(logits, allowed, sampling, uniform[[row.index for row in rows]])
    for row, token, log_likelihood in zip(rows, tokens.tolist(), log_likelihoods.tolist(), strict=True):
        row.draw(token, log_likelihood)
