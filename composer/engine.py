"""What composes: an engine plans a piece and proposes candidates for it.

The networks are one engine. A dice game, a grammar or a Markov chain is another, and needs no model file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from composer.errors import RequestError
from composer.models.learned_preferences import NONE
from composer.music.score import Part
from composer.request import OPTIONS
from composer.styles.table import STYLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from composer.models.choosing import Choosing
    from composer.models.identity import Identity
    from composer.models.learned_preferences import LearnedPreferences
    from composer.music.given import Theme
    from composer.music.numerals import Numeral
    from composer.music.score import Score
    from composer.options import Option
    from composer.planning.plan import Plan
    from composer.request import Request


class Cancelled(Exception):  # noqa: N818 - a person's wish, not an error
    """For `progress` or a check to raise when the work is to stop."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One proposed piece.

    Attributes:
        score: The piece in the planned key, not yet performed; it has a note with a pitch, unless there is sound.
        nats: Mean negative log-likelihood a token; 0 from an engine that has no likelihoods.
        tokens: Tokens from START to END, in C major or A minor; empty from an engine that has none.
        title: Title of the piece; empty for the usual one, after form and key.
        remark: Line to be shown with the piece; empty where there is nothing to say.
        settled: Values of options that were left open and that the piece is repeated from, by field.
        numerals: Roman numerals that go under the score, in order; empty from an engine that knows none.
        derivation: How the engine came to the piece, in plain values for its record; empty where it cannot say.
        sound: Levels of `composer.audio.mu_law`, where the piece is sound that nobody wrote as notes; its score is then
            an empty one of that length. None where the notes are played.
    """

    score: Score
    nats: float = 0.0
    tokens: tuple[int, ...] = ()
    title: str = ""
    remark: str = ""
    settled: Mapping[str, Any] = field(default_factory=dict)
    numerals: tuple[Numeral, ...] = ()
    derivation: Mapping[str, Any] = field(default_factory=dict)
    sound: NDArray[np.uint8] | None = None

    @property
    def can_be_heard(self) -> bool:
        """Whether it sounds, or has a note with a pitch."""
        return self.sound is not None or any(note.part is not Part.DRUMS for note in self.score.notes)


class Engine(Protocol):
    """Whoever proposes pieces; immutable, and shared by any number of threads."""

    @property
    def identity(self) -> Identity:
        """Its name, version, licence, styles, and the options that it honours."""

    @property
    def choosing(self) -> Choosing:
        """By what one of its candidates is chosen; `choosing.UNFITTED` where nothing is known of its pieces."""

    def check(self, request: Request) -> None:
        """Refuse what the engine cannot compose, before anything is begun; see `check_request`.

        Raises:
            RequestError: The message says what to do.
        """

    def plan(self, request: Request, rng: np.random.Generator) -> Plan:
        """Settle metre, length, key and tempo of a piece; most engines plan by `planning.plan.plan_piece`."""

    def candidates(
        self, request: Request, plan: Plan, rng: np.random.Generator, progress: Callable[[int], None]
    ) -> Sequence[Candidate]:
        """Propose pieces.

        Args:
            request: What is asked for, within what the engine honours.
            plan: The engine's own plan of the piece.
            rng: Decides every draw; the same state, which planning has left behind, gives the same candidates.
            progress: Called often, with the number of bars that all candidates have begun. What it raises ends the
                work, see `Cancelled`.

        Returns:
            At least one candidate.
        """


@runtime_checkable
class FileEngine(Protocol):
    """An engine that needs a file which is no model file."""

    def load_file(self) -> None:
        """Load it, if it was not loaded before.

        Raises:
            ModelError: It is missing or damaged.
        """


@runtime_checkable
class AdaptableEngine(Engine, Protocol):
    """An engine that can compose by what people like, beyond what is known of it from the start."""

    def adapted(self, liked: LearnedPreferences) -> Engine:
        """The same engine where people like that; this one stays as it is."""


def adapt_engine(engine: Engine, liked: LearnedPreferences) -> Engine:
    """The engine for people who like that; where it cannot compose so, the engine itself."""
    return engine.adapted(liked) if liked != NONE and isinstance(engine, AdaptableEngine) else engine


@runtime_checkable
class ThemeEngine(Engine, Protocol):
    """An engine that can go on from given music; see `composer.music.given.Theme`."""

    def plan_theme(self, theme: Theme, request: Request, rng: np.random.Generator) -> Plan:
        """Settle a piece in metre, key and tempo of given music.

        Raises:
            RequestError: The asked length leaves no room for what is new.
        """

    def carry_on(
        self, theme: Theme, request: Request, plan: Plan, rng: np.random.Generator, progress: Callable[[int], None]
    ) -> Sequence[Candidate]:
        """Propose pieces that hold the given music and what is new, or the new alone; see `Engine.candidates`."""


def theme_engine(engine: Engine) -> ThemeEngine:
    """The engine as one that can go on from given music.

    Raises:
        RequestError: It cannot.
    """
    if isinstance(engine, ThemeEngine):
        return engine
    raise no_themes(engine.identity)


def no_themes(identity: Identity) -> RequestError:
    """The refusal of given music by an engine that cannot go on from it."""
    return RequestError(
        f"{identity.name} cannot go on from music that is given; choose lstm, wavenet or transformer, "
        "and a style that it has learned, such as piano",
        reason="no_theme",
        values={"model": identity.name},
    )


def dishonoured_option(identity: Identity, request: Request) -> Option | None:
    """The first option that a request decides and an engine cannot honour; None if there is none."""
    return next(
        (
            option
            for option in OPTIONS
            if not option.every_engine
            and option.field not in identity.honours
            and getattr(request, option.field) != option.default
        ),
        None,
    )


def engines_of_style(style: str) -> tuple[str, ...]:
    """Names of the engines that alone compose in a style; empty where networks learn it, or nobody knows it."""
    return STYLES[style].engines if style in STYLES else ()


def model_for(style: str, usual: str) -> str:
    """Name of the model that composes in a style where nobody named one: the usual one, unless others alone do."""
    alone = engines_of_style(style)
    return alone[0] if alone and usual not in alone else usual


def check_request(identity: Identity, request: Request) -> None:
    """Refuse a style that an engine does not know, an option that it cannot honour and a length beyond it.

    Raises:
        RequestError: The message says what to do.
    """
    if request.style not in identity.all_styles:
        known = ", ".join(identity.all_styles)
        others = engines_of_style(request.style)
        other = f"; choose {' or '.join(others)} for it, or one of {known}" if others else f"; it knows {known}"
        raise RequestError(f"{identity.name} has not learned the style {request.style}{other}")
    option = dishonoured_option(identity, request)
    if option is not None:
        other, spoken = " or ".join(option.engines) or "another model", option.name.replace("_", " ")
        raise RequestError(f"{identity.name} cannot be told the {spoken}; leave it out, or choose {other}")
    if not identity.shortest <= request.seconds <= identity.longest:
        raise RequestError(
            f"{identity.name} lasts {identity.shortest:g} to {identity.longest:g} s, not {request.seconds:g}; "
            "ask for such a length, or choose another model",
            reason="length_of_model",
            values={"model": identity.name, "shortest": round(identity.shortest), "longest": round(identity.longest)},
        )
