"""`python -m composer hear`: a recording -> what was heard in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import folder_to_write
from composer.errors import RequestError, spell_command

if TYPE_CHECKING:
    import argparse

    from composer.command_parser import CommandParser


def add_hear(commands: argparse._SubParsersAction[CommandParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "hear",
        prog=spell_command("composer hear"),
        help="a recording of somebody who sings, hums or plays -> its notes as MIDI and picture",
    )
    parser.add_argument("file", type=Path, help="wav, flac, mp3, ogg, m4a or webm, of 60 s at most")
    parser.add_argument("--out", type=folder_to_write, default="out", help="folder for heard.mid and heard.png (out)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Listen, write, and print what was heard."""
    from composer.files import write_together  # noqa: PLC0415 - a command loads only what it needs
    from composer.heard.showing import TITLE, describe_heard, draw_heard, write_heard  # noqa: PLC0415 - the same
    from composer.listening.recording import is_recording  # noqa: PLC0415 - the same
    from composer.reading.limits import read_given  # noqa: PLC0415 - the same

    try:
        data = options.file.read_bytes()
    except OSError as error:
        raise RequestError(f"cannot read {options.file}: {error.strerror}; name a recording") from error
    if not is_recording(data):
        raise RequestError(f"{options.file} is no recording; name one in wav, flac, mp3, ogg, m4a or webm")
    given = read_given(data)
    files = {options.out / "heard.mid": write_heard(given), options.out / "heard.png": draw_heard(given)}
    write_together(files)
    print(f"{TITLE}: {describe_heard(given)}")  # noqa: T201 - a command line prints
    for path in files:
        print(path)  # noqa: T201 - the same
