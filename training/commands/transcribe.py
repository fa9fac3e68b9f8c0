"""`python -m training transcribe`: recordings -> MIDI files for `prepare` and `finetune`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from composer.command_parser import folder_to_read, folder_to_write

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("transcribe", help="recordings (wav, flac, mp3, ogg, m4a) -> MIDI files")
    parser.add_argument("--from", dest="source", type=folder_to_read, required=True, help="a folder of recordings")
    parser.add_argument("--to", dest="target", type=folder_to_write, required=True, help="folder for the MIDI files")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Transcribe, and tell what became of each file."""
    from training.transcription.folders import REPORT, transcribe_folder

    verdicts = transcribe_folder(options.source, options.target, workers=max(1, options.workers))
    for name, verdict in sorted(verdicts.items()):
        print(f"{name:40} {verdict}")
    print(options.target / REPORT)
