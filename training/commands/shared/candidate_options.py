"""What the commands that make a candidate share: their options, and how they tell of it."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import folder_to_read, folder_to_write
from composer.training_contract import FIGURES, PROGRESS, REPORT, REPORT_FILE, ProgressLine

if TYPE_CHECKING:
    import argparse

    from composer.training_contract import ReportRecord
    from training.ratings.candidate_run import TellStage

_FIGURES = tuple(name for name in FIGURES if name != "confidence")
"""Figures with a line of their own: how sure it is that a candidate is better stands beside the decision."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("--model", default="wavenet", help="name, name@version or path of a model file")
    parser.add_argument(
        "--models", type=folder_to_read, help="folder of models (that of those which come with Cadenza)"
    )
    parser.add_argument("--minutes", type=float, default=20.0, help="that all of it may take")
    parser.add_argument(
        "--out", type=folder_to_write, required=True, help=f"folder for the candidate and {REPORT_FILE}"
    )
    parser.add_argument("--version", type=int, help="of the candidate (one more than its parent's)")
    parser.add_argument("--trial", type=int, default=50, help="pieces that each version composes to be compared")
    parser.add_argument("--anchor", type=Path, help="file of the version that all began with, to be measured beside")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--progress", action="store_true", help="print JSON Lines, for programs")


def choose_teller(options: argparse.Namespace) -> TellStage:
    """Who tells how far it is."""
    return _as_json if options.progress else _as_line


def print_report(report: ReportRecord, options: argparse.Namespace) -> None:
    """Print what came of it."""
    print(json.dumps({"event": REPORT, **report}) if options.progress else _format_report(report), flush=True)


def _as_json(stage: str, step: int, steps: int, loss: float | None, seconds_left: float) -> None:
    """Tell a program how far it is."""
    # JSON has no number for what a network that went astray loses.
    lost = loss if loss is None or math.isfinite(loss) else None
    line = ProgressLine(
        event=PROGRESS, stage=stage, step=step, steps=steps, loss=lost, seconds_left=round(seconds_left, 1)
    )
    print(json.dumps(line), flush=True)


def _as_line(stage: str, step: int, steps: int, loss: float | None, seconds_left: float) -> None:
    """Tell people how far it is."""
    learned = "" if loss is None else f", loss {loss:.3f}"
    sys.stderr.write(f"\r{stage} {step}/{steps}{learned}, {seconds_left / 60:.1f} min left   ")
    if step == steps:
        sys.stderr.write("\n")


def _format_report(report: ReportRecord) -> str:
    """The report for people."""
    before, after = report["before"], report["after"]
    rows = [f"{name:16} {_format_value(before.get(name)):>9} {_format_value(after.get(name)):>9}" for name in _FIGURES]
    rows += [f"{name:16} {_format_value(value):>9}" for name, value in report["detail"].items()]
    decision = "accepted" if report["accepted"] else "refused"
    sure = f", {100 * after['confidence']:.0f} % sure" if "confidence" in after else ""
    made = report["file"] or "no candidate"
    verdict = f"{made}: {decision} ({report['reason']}){sure}"
    rated = f" rated by {report['people']} people" if report["people"] else ""
    head = f"{report['model']}@{report['parent']}: {report['pieces']} pieces{rated}"
    return "\n".join([head, f"{'':16} {'before':>9} {'after':>9}", *rows, verdict])


def _format_value(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}" if type(value) is float else str(value)
