"""Given music, carried on or varied by a network that has read it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from composer.decoding.loop import decode_candidates
from composer.decoding.sampling import for_creativity
from composer.decoding.scores import bias_strengths, key_written, score_of
from composer.engine import Candidate
from composer.grooves.drummer import keep_groove
from composer.models.runner import ModelRunner
from composer.music.analysis import shifted
from composer.music.given import Treatment
from composer.music.score import Part
from composer.planning.constraints import constraints_of
from composer.planning.form import sections_of
from composer.planning.theme_plan import bars_in_all, is_one_voice, recalled_in
from composer.tokens import tokenizer, vocabulary
from composer.tokens.parts import in_parts_of
from composer.tokens.tokenizer import quantised

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from composer.decoding.loop import BiasStrengths
    from composer.models.choosing import Choosing
    from composer.models.loading import Model
    from composer.music.given import Theme
    from composer.music.score import Note, Score
    from composer.planning.constraints import PieceConstraints
    from composer.planning.plan import Plan
    from composer.request import Request

MOST_PRIMED = 6000
"""Tokens that a network reads of given music: about four minutes of piano music. Of longer music it reads the end."""

MOST_ACCOMPANIED = 32
"""Bars of a lone voice to which a network thinks up other parts, before it goes on."""

_CLASH_GUARD = 1.5
"""Nats. Without a guard 5.5 % of the onsets that lstm added to held-out piano music clashed, of people's 2.3 %."""


def carry_on(
    model: Model,
    choosing: Choosing,
    request: Request,
    plan: Plan,
    theme: Theme,
    rng: np.random.Generator,
    progress: Callable[[int], None],
) -> list[Candidate]:
    """Draw pieces that go on from given music, or vary it; see `composer.engine.ThemeEngine`."""
    given = in_parts_of(theme.music.score, request.style)
    read = quantised(given.transposed(plan.key.semitones_to(key_written(plan))))
    if theme.treatment is Treatment.ACCOMPANIMENT:
        skipped, constraints = 0, _accompanying(read, plan, request.style)
    elif is_one_voice(given):
        skipped, constraints = _joined_by_others(read, theme, plan, request.style)
    else:
        skipped, constraints = _going_on(read, theme, plan, request.style)
    longer = replace(plan, bars=constraints.bars, opening=constraints.opening)
    number = choosing.count_for(request.candidates)
    drawn = decode_candidates(
        ModelRunner(model, 1 if constraints.prime else number),
        constraints,
        plan.conditions,
        sampling=for_creativity(request.creativity),
        candidates=number,
        rng=rng,
        pull=_pull(theme, bias_strengths(choosing, request.style, request.creativity, rng)),
        progress=lambda bars: progress(max(0, bars - (longer.bars - plan.bars))),
    )
    given_bars = 0 if theme.treatment is Treatment.ACCOMPANIMENT else given.bars - skipped
    scores = [_with_groove(score_of(piece.tokens, longer), longer, given_bars, rng.random()) for piece in drawn]
    if theme.treatment is Treatment.ACCOMPANIMENT:
        scores = [_with_melody(given, score) for score in scores]
    else:
        after = given.ticks - skipped * plan.metre.bar_ticks
        scores = [_joined(theme, given, score, after, plan) for score in scores]
    return [Candidate(score, piece.nats) for score, piece in zip(scores, drawn, strict=True)]


def _pull(theme: Theme, usual: BiasStrengths) -> BiasStrengths:
    """What the draws lean to: what goes on clashes more than other pieces do, and so the guard is raised."""
    if theme.treatment is Treatment.ACCOMPANIMENT:
        return usual
    return replace(usual, clash=max(usual.clash, _CLASH_GUARD))


def _going_on(read: Score, theme: Theme, plan: Plan, style: str) -> tuple[int, PieceConstraints]:
    """Bars that are too early to be read, and what a piece keeps to that begins with the others."""
    skipped, prime = _prime(read)
    constraints = constraints_of(_longer(theme, plan, skipped), style)
    return skipped, replace(constraints, prime=prime, recalled=_recalled(theme, plan, skipped))


def _joined_by_others(read: Score, theme: Theme, plan: Plan, style: str) -> tuple[int, PieceConstraints]:
    """The same of one voice: while it is heard, the network thinks up the other parts.

    A network that reads one voice alone goes on with hardly more.
    """
    skipped = max(0, read.bars - MOST_ACCOMPANIED)
    constraints = _accompanying(_without_bars(read, skipped), _longer(theme, plan, skipped), style)
    return skipped, replace(constraints, recalled=_recalled(theme, plan, skipped))


def _longer(theme: Theme, plan: Plan, skipped: int) -> Plan:
    """The plan of all bars that a network reads and writes."""
    return replace(plan, bars=bars_in_all(theme, plan) - skipped, opening=0)


def _recalled(theme: Theme, plan: Plan, skipped: int) -> tuple[int | None, ...]:
    """What each of these bars recalls."""
    earlier = recalled_in(theme, plan)[skipped:]
    return tuple(None if bar is None or bar < skipped else bar - skipped for bar in earlier)


def _with_groove(score: Score, plan: Plan, given_bars: int, lot: float) -> Score:
    """The score with drums that keep a groove from the end of the given music on."""
    sections = sections_of(plan.bars, plan.form, upbeat_bars=score.upbeat_bars)
    played = keep_groove(score, sections, lot, given_bars=given_bars)
    return score if played is score else quantised(played)


def _accompanying(read: Score, plan: Plan, style: str) -> PieceConstraints:
    """What a piece keeps to that has the top line of given music for its melody, and its harmony where there is one.

    Where the piece ends with the given music, the cadence asks nothing of the melody.
    """
    melody = top_line(read)
    others = tuple(note for note in read.notes if note.part is not Part.DRUMS)
    constraints = replace(
        constraints_of(plan, style),
        melody=melody,
        melody_bars=read.bars,
        harmony=others if len(others) > len(melody) else (),
    )
    if plan.bars > read.bars:
        return constraints
    return replace(constraints, parts=constraints.parts - {Part.MELODY})


def top_line(score: Score) -> tuple[Note, ...]:
    """The highest note of the melody's part at each onset; of all parts where that part is silent."""
    pitched = [note for note in score.notes if note.part is not Part.DRUMS]
    own = [note for note in pitched if note.part is Part.MELODY] or pitched
    tops = {note.start: note for note in sorted(own, key=lambda note: note.pitch)}
    return tuple(replace(tops[start], part=Part.MELODY) for start in sorted(tops))


def _prime(score: Score) -> tuple[int, tuple[int, ...]]:
    """Bars that are too early to be read, and the tokens of the others."""
    tokens = tokenizer.encode(score)[1:-1]
    begins = [place for place, token in enumerate(tokens) if token == vocabulary.BAR]
    skipped = next((bar for bar, place in enumerate(begins) if len(tokens) - place <= MOST_PRIMED), len(begins) - 1)
    # Spelled from there anew: a velocity that was said in an earlier bar is said again.
    return skipped, tuple(tokenizer.encode(_without_bars(score, skipped))[1:-1])


def _without_bars(score: Score, skipped: int) -> Score:
    """The score from a bar on."""
    start = skipped * score.metre.bar_ticks
    notes = shifted([note for note in score.notes if note.start >= start], -start)
    return replace(score, notes=notes, bars=score.bars - skipped)


def _joined(theme: Theme, given: Score, drawn: Score, after: int, plan: Plan) -> Score:
    """The given music and what follows it in `drawn`, where it ends at the tick `after`; or what follows alone."""
    last = max(note.start for note in given.notes)
    new = [note for note in drawn.notes if note.start > last - given.ticks + after]
    if theme.alone:
        # What is drawn into the given music's last bar is heard with that music only.
        new = [note for note in new if note.start >= after]
        return replace(drawn, notes=shifted(new, -after), bars=plan.bars, tempos=plan.tempos)
    notes = (*given.notes, *shifted(new, given.ticks - after))
    return replace(drawn, notes=notes, bars=plan.bars, tempos=plan.tempos, opening=plan.opening)


def _with_melody(given: Score, drawn: Score) -> Score:
    """What is drawn, with the given melody as it was: in a last bar, what is drawn rings to the end."""
    new = (note for note in drawn.notes if note.part is not Part.MELODY or note.start >= given.ticks)
    return replace(drawn, notes=(*top_line(given), *new))
