"""Request -> Composition: plan, draw candidates, keep the best, play it, write MIDI."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from composer.audio import recording
from composer.audio.recording import Recording
from composer.decoding.ranking import choose_candidate
from composer.engine import AdaptableEngine, Candidate, adapt_engine, theme_engine
from composer.errors import EngineError
from composer.models.learned_preferences import LIKED, NONE, to_values
from composer.music.given import THEME
from composer.novelty.heard import measure_novelty
from composer.performance import instruments, midi
from composer.performance.expression import perform
from composer.performance.keyboard import is_piano
from composer.planning.titles import make_title
from composer.request import OPTIONS, settings_of
from composer.styles.table import STYLES
from composer.tokens.conditions import density_class

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from composer.engine import Engine
    from composer.models.learned_preferences import LearnedPreferences
    from composer.music.given import Theme
    from composer.music.numerals import Numeral
    from composer.music.score import Note, Score
    from composer.novelty.heard import Novelty
    from composer.performance.instruments import Instrument
    from composer.planning.plan import Plan
    from composer.request import Request


@dataclass(frozen=True, slots=True)
class Composition:
    """A finished piece.

    Attributes:
        score: The piece as played, in the asked key.
        title: Title of the piece.
        remark: Line of the engine's own about the piece; empty where there is nothing to say.
        midi: A standard MIDI file, with `settings` as a text event; empty of a piece that is sound.
        settings: All that is needed to compose the same piece again.
        plan: Everything that was settled before the first note.
        measures: Measures of the piece, see `composer.music.measures`.
        tokens: The same music as a network said it, from START to END; empty from other engines.
        seconds_spent: Seconds by stage: sample, rank, write.
        numerals: Roman numerals that go under the score; empty where the engine knows none.
        derivation: How the engine came to the piece, in plain values; empty where it cannot say.
        sound: A file of `composer.audio.recording` with `settings`, of a piece that is sound; empty of any other. Its
            score has no notes.
        novelty: How much of its melody was heard before, given music left out; None where nothing is left, or no metre.
    """

    score: Score
    title: str
    midi: bytes
    settings: Mapping[str, object]
    plan: Plan
    measures: Mapping[str, float]
    tokens: tuple[int, ...]
    seconds_spent: Mapping[str, float]
    remark: str = ""
    numerals: tuple[Numeral, ...] = ()
    derivation: Mapping[str, Any] = field(default_factory=dict)
    sound: bytes = b""
    novelty: Novelty | None = None

    @property
    def original(self) -> bytes:
        """The file that the piece is rendered from: MIDI, or sound."""
        return self.sound or self.midi


def compose(
    request: Request,
    engine: Engine,
    *,
    theme: Theme | None = None,
    liked: LearnedPreferences = NONE,
    progress: Callable[[int, int], None] = lambda _bars, _of: None,
) -> Composition:
    """Compose a piece.

    Args:
        request: What is asked for; the same to the same engine gives the same bytes, on one kind of processor.
        engine: Proposes the candidates; shared by any number of calls.
        theme: Given music that the piece goes on from, in metre, key and tempo of that music.
        liked: What is liked where it is composed, beyond what the engine knows; not all engines can compose by that.
        progress: Called before every step with the bars begun and the bars in all; what it raises ends the
            composing (see `composer.engine.Cancelled`).

    Raises:
        RequestError: If the engine cannot compose what is asked for, or no such instrument exists; if it cannot go on
            from a theme, or the length leaves no room for it.
        EngineError: If the engine proposes something of which no piece can be made.
    """
    engine.check(request)
    engine = adapt_engine(engine, liked)
    instrument = instruments.find(request.instrument or STYLES[request.style].instrument)
    rng = np.random.default_rng(request.seed)
    planned = engine.plan(request, rng) if theme is None else theme_engine(engine).plan_theme(theme, request, rng)
    spent: dict[str, float] = {}
    with _timed(spent, "sample"):
        proposed = _propose(request, engine, planned, theme, rng, lambda bars: progress(bars, planned.bars))
        candidates = _checked(proposed, engine.identity.label)
    with _timed(spent, "rank"):
        chosen, verdict = choose_candidate(candidates, engine.choosing, request.style, lot=rng.random(), theme=theme)
    with _timed(spent, "write"):
        played = _perform(chosen.score, theme, instrument)
        plain = _settings(replace(request, **chosen.settled), engine, instrument.name)
        settings = plain | _beyond_options(theme, liked if isinstance(engine, AdaptableEngine) else NONE)
        novelty = None if planned.free else _novelty(chosen.score, theme, request.style)
        return _finish(request, planned, chosen, played, settings, verdict.measures, spent, novelty)


def _beyond_options(theme: Theme | None, liked: LearnedPreferences) -> dict[str, object]:
    """What a piece was composed by besides its options, as it stands in the settings."""
    given: dict[str, object] = {} if theme is None else {THEME: str(theme.treatment)}
    return given if liked == NONE else {**given, LIKED: to_values(liked)}


def _propose(
    request: Request,
    engine: Engine,
    planned: Plan,
    theme: Theme | None,
    rng: np.random.Generator,
    progress: Callable[[int], None],
) -> object:
    """Whatever the engine proposes."""
    if theme is None:
        return engine.candidates(request, planned, rng, progress)
    return theme_engine(engine).carry_on(theme, request, planned, rng, progress)


def _perform(score: Score, theme: Theme | None, instrument: Instrument) -> Score:
    """The score as played; given music that it begins with stays as its own player had it."""
    given = None if theme is None or theme.alone else theme.music.score
    return perform(score, played=given, by_pianist=is_piano(instrument))


def _novelty(score: Score, theme: Theme | None, style: str) -> Novelty | None:
    """How much of what is new in a piece was heard before; None where nothing is new."""
    new = _new_notes(score, theme)
    return measure_novelty(new, STYLES[style].known_as) if new else None


def _new_notes(score: Score, theme: Theme | None) -> tuple[Note, ...]:
    """The notes that nobody gave: those after the given music, which a piece may begin with."""
    given = 0 if theme is None or theme.alone else theme.music.score.ticks
    return tuple(note for note in score.notes if note.start >= given)


def _finish(
    request: Request,
    planned: Plan,
    chosen: Candidate,
    played: Score,
    settings: Mapping[str, object],
    measures: Mapping[str, float],
    spent: dict[str, float],
    novelty: Novelty | None,
) -> Composition:
    """The piece that a candidate becomes: named and written; `spent` grows when this is done."""
    title = chosen.title or make_title(planned, style=request.style, density=density_class(chosen.score))
    sound = b"" if chosen.sound is None else recording.write(Recording(chosen.sound, settings))
    return Composition(
        score=played,
        title=title,
        midi=b"" if sound else _write_midi(played, title, settings, chosen.numerals),
        sound=sound,
        settings=settings,
        plan=planned,
        measures=measures,
        tokens=chosen.tokens,
        seconds_spent=spent,
        remark=chosen.remark,
        numerals=chosen.numerals,
        derivation=chosen.derivation,
        novelty=novelty,
    )


def _write_midi(played: Score, title: str, settings: Mapping[str, object], numerals: tuple[Numeral, ...]) -> bytes:
    """The file of a piece that has notes; only such a piece has an instrument."""
    playing = instruments.find(str(settings["instrument"]))
    return midi.write(played, instrument=playing, title=title, settings=settings, played=True, numerals=numerals)


def _checked(proposed: object, label: str) -> tuple[Candidate, ...]:
    """What an engine proposed, if each is a piece that can be judged and played.

    Args:
        proposed: What `Engine.candidates` returned; anything, since anybody may write an engine.
        label: Name and version of the engine.

    Raises:
        EngineError: There is no candidate, or one of them is none, has no note with a pitch or no finite likelihood.
    """
    candidates = tuple(proposed) if isinstance(proposed, Iterable) else ()
    if not candidates:
        raise EngineError(f"{label} proposed no piece; choose another model")
    for candidate in candidates:
        if not isinstance(candidate, Candidate):
            raise EngineError(f"{label} proposed a {type(candidate).__name__}, not a piece; choose another model")
        if not candidate.can_be_heard:
            raise EngineError(f"{label} proposed a piece without a note that has a pitch; choose another model")
        if not math.isfinite(candidate.nats):
            raise EngineError(f"{label} proposed a piece with a likelihood of {candidate.nats}; choose another model")
    return candidates


@contextmanager
def _timed(spent: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    spent[stage] = time.perf_counter() - started


def _settings(request: Request, engine: Engine, instrument: str) -> dict[str, object]:
    """The request as plain values, as far as the engine honours it.

    What was left open stays open, so that the seed decides it again.
    """
    honoured = {option.name for option in OPTIONS if option.every_engine or option.field in engine.identity.honours}
    settings: dict[str, object] = {name: plain for name, plain in settings_of(request).items() if name in honoured}
    settings |= {"model": engine.identity.label}
    if "instrument" in engine.identity.honours:
        settings["instrument"] = instrument
    if "candidates" in engine.identity.honours:
        settings["candidates"] = engine.choosing.count_for(request.candidates)
    return settings
