"""The outcomes of an experiment for people and for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.training_contract import ReportRecord
    from training.listeners.approval import Interval
    from training.listeners.experiment import Outcome

_HEAD = (
    "listeners", "round", "approval before", "after", "change", "bits a note", "diversity", "gate", "s",
)  # fmt: skip


def format_markdown(outcomes: Sequence[Outcome]) -> str:
    """A table in Markdown: approval in per cent and its change in percentage points, each with its 95 % interval."""
    rows = [_HEAD, ("---",) * len(_HEAD)]
    for outcome in outcomes:
        rows += [_format_outcome(outcome), *(_format_camp(outcome, name) for name in outcome.camps)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _format_outcome(outcome: Outcome) -> tuple[str, ...]:
    report = outcome.report
    return (
        outcome.population,
        str(outcome.round),
        _format_interval(outcome.before),
        _format_interval(outcome.after),
        _format_interval(outcome.change, sign="+"),
        _format_figures(report, "bits_per_note", 3),
        _format_figures(report, "diversity", 3),
        report["reason"],
        f"{report['seconds']:.0f}",
    )


def _format_camp(outcome: Outcome, name: str) -> tuple[str, ...]:
    before, after = outcome.camps[name]
    figures = (f"{100 * before:.1f}", f"{100 * after:.1f}", f"{100 * (after - before):+.1f}")
    told = (f"of them: {name}", str(outcome.round), *figures)
    return (*told, *("",) * (len(_HEAD) - len(told)))


def _format_interval(found: Interval, *, sign: str = "") -> str:
    return f"{100 * found.mean:{sign}.1f} ({100 * found.low:{sign}.1f} to {100 * found.high:{sign}.1f})"


def _format_figures(report: ReportRecord, name: str, digits: int) -> str:
    before, after = (figures.get(name) for figures in (report["before"], report["after"]))
    return f"{before:.{digits}f} -> {after:.{digits}f}" if before is not None and after is not None else "-"


def outcomes_record(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """All of it, for JSON."""
    return [asdict(outcome) for outcome in outcomes]
