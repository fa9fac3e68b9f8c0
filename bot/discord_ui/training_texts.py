"""What is said of trainings: how far one is, what it came to, and which versions there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord_ui.formatting import progress_bar
from bot.domain.training_run import Decision, RunState
from composer.training_contract import FIGURES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.discord_ui.texts.sentences import Sentences
    from bot.domain.summaries import ModelLine
    from bot.domain.training_run import Ending, Progress, Report, TrainingRun
    from bot.storage.learning.registry import SeenModel

MOST_LINES = 20
"""Versions that are listed, so that all of it fits into an embed."""

_SHARES = frozenset({"confidence", "diversity", "grammar", "length", "cadence"})
"""Figures that are told in per cent."""

_ABSENT = "-"


def headline(run: TrainingRun, say: Sentences) -> str:
    """Which training it is."""
    return say("training.headline", number=run.number, model=run.model, version=run.parent, minutes=run.wanted.minutes)


def begun(run: TrainingRun, say: Sentences) -> str:
    """That it has begun."""
    return f"{headline(run, say)}\n{say('training.begun')}"


def progress_text(run: TrainingRun, progress: Progress, say: Sentences) -> str:
    """Stage, step, loss and time left, and a bar that fills."""
    stage = say(f"training.stage.{progress.stage}")
    line = say("training.step", stage=stage, step=progress.step, steps=progress.steps)
    if progress.loss is not None:
        line = f"{line} · {say('training.loss', loss=say.number(progress.loss, decimals=3))}"
    left = say("training.left", span=say.span(progress.seconds_left))
    return f"{headline(run, say)}\n{line} · {left}\n{progress_bar(progress.step, progress.steps)}"


def ending_text(run: TrainingRun, ending: Ending, say: Sentences) -> str:
    """What it came to: the table, the decision, and its reason; or in one sentence why it came to nothing."""
    parts = [headline(run, say)]
    if ending.report is not None and ending.state is RunState.DONE:
        parts += [figures_table(ending.report, say), _decided(run, ending, ending.report, say)]
    else:
        parts.append(_failed(run, ending, say))
    return "\n".join(parts)


def _decided(run: TrainingRun, ending: Ending, report: Report, say: Sentences) -> str:
    decision = say(
        f"training.decision.{ending.decision or Decision.REFUSED}",
        model=run.model,
        version=run.version,
        live=run.parent,
    )
    reason = say(f"training.reason.{report.reason}")
    learned = say("training.learned_from", pieces=report.pieces, people=report.people)
    return f"{decision} {reason}\n{learned}"


def _failed(run: TrainingRun, ending: Ending, say: Sentences) -> str:
    code = ending.failure or str(ending.state)
    sentence = say(f"training.failed.{code}", said=ending.said or _ABSENT)
    return f"{sentence} {say('training.untouched', model=run.model)}"


def figures_table(report: Report, say: Sentences) -> str:
    """The figures before and after, as a block in which they stand below each other."""
    rows = [("", say("training.before"), say("training.after"))]
    for name in FIGURES:
        if name in report.before or name in report.after:
            before, after = _figure(name, report.before, say), _figure(name, report.after, say)
            rows.append((say(f"training.figure.{name}"), before, after))
    first, *others = (max(len(row[column]) for row in rows) for column in range(3))
    lines = (
        " ".join([row[0].ljust(first), *(cell.rjust(width) for cell, width in zip(row[1:], others, strict=True))])
        for row in rows
    )
    return "\n".join(["```", *(line.rstrip() for line in lines), "```"])


def _figure(name: str, figures: Mapping[str, float], say: Sentences) -> str:
    value = figures.get(name)
    if value is None:
        return _ABSENT
    if name in _SHARES:
        return say("number.share", value=say.number(100 * value, decimals=1))
    return say.number(value, decimals=3)


def version_lines(
    known: Sequence[SeenModel],
    live: Mapping[str, ModelLine],
    kept: set[tuple[str, int]],
    say: Sentences,
    *,
    waiting: Mapping[str, int],
) -> str:
    """The versions of all models, newest first, each with its parent, its figures and whether it composes.

    Args:
        known: Versions that were ever seen.
        live: The version of each name that composes.
        kept: Names and versions that are still installed.
        say: Sentences of the reader's language.
        waiting: By name, the version that waits for somebody to decide.
    """
    lines = [_version_line(one, live.get(one.name), kept, say) for one in known]
    more = len(lines) - MOST_LINES
    asked = [
        say("training.asks", model=name, version=version, live=live[name].version)
        for name, version in sorted(waiting.items())
    ]
    return "\n".join(lines[:MOST_LINES] + ([say("training.more", count=more)] if more > 0 else []) + asked)


def _version_line(one: SeenModel, live: ModelLine | None, kept: set[tuple[str, int]], say: Sentences) -> str:
    origin = say("training.shipped") if one.parent is None else say("training.parent", parent=one.parent)
    figures = (
        f"{say(f'training.figure.{name}')} {_figure(name, one.metrics, say)}"
        for name in ("bits_per_note", "expected_rating")
        if name in one.metrics
    )
    marks = []
    if live is not None and live.version == one.version:
        if live.parameters is not None:
            size = say.number(live.parameters / 1e6, decimals=1)
            marks.append(say("training.network", architecture=live.architecture, parameters=size))
        marks.append(f"**{say('training.live')}**")
    if (one.name, one.version) not in kept:
        marks.append(say("training.gone"))
    return " · ".join([f"**{one.name}** v{one.version}", origin, *figures, *marks])
