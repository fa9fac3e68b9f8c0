"""How the command lines answer a mistake."""

from __future__ import annotations

import argparse
import io
import math
import os
import re
import select
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

from composer.errors import RequestError, quoted
from composer.files import check_file, check_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_NOBODY_READS = 141
"""Status of a program whose reader has left, as shells tell it: 128 and the number of SIGPIPE."""

_INVALID = re.compile(r"invalid (\w+) value: '(.*)'")
"""What argparse says of what is no number."""


class CommandParser(argparse.ArgumentParser):
    """Answers a mistake in one sentence instead of a page of usage."""

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Refuse what is left over by the command that it was said to, not by the program."""
        found, left = super().parse_known_args(args, namespace)
        if left:
            # The rest of --rolls 7 3 11 looks like this.
            quotes = "" if any(word.startswith("-") for word in left) else "; quote a value that has spaces"
            self.error(f"unrecognized arguments: {' '.join(left)}{quotes}")
        return found, left

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where the options are told; exit with the status of a mistaken request."""
        said = _INVALID.sub(_explain_number, message)
        self.exit(RequestError.exit_status, f"{said}; {self.prog} --help tells the options\n")


def _explain_number(said: re.Match[str]) -> str:
    kind, text = said.groups()
    return f"{quoted(text)} is no {'whole number' if kind == 'int' else 'number'}"


def folder_to_write(text: str) -> Path:
    """The folder of an option into which a command writes.

    Raises:
        OutputError: Nothing can be written there; better told now than after the work.
    """
    folder = Path(text)
    check_folder(folder)
    return folder


def file_to_write(text: str) -> Path:
    """The file of an option that a command writes.

    Raises:
        OutputError: It cannot be written; better told now than after the work.
    """
    file = Path(text)
    check_file(file)
    return file


def folder_to_read(text: str) -> Path:
    """The folder of an option from which a command reads.

    Raises:
        RequestError: There is none.
    """
    folder = Path(text)
    if not folder.is_dir():
        raise RequestError(f"there is no folder {folder}; name one that exists")
    return folder


def positive_number(text: str) -> float:
    """A number above 0 of an option; "nan" and "inf" are none."""
    number = float(text)
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is not above 0")
    return number


def positive_count(text: str) -> int:
    """A whole number from 1 of an option."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is not above 0")
    return number


def print_whatever_comes() -> None:
    """Let a terminal that cannot show a letter show a question mark in its place."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def exit_with(main: Callable[[], int]) -> NoReturn:
    """Run a program and exit with its status; quietly, where whoever read what it prints has left: `| head -1`."""
    try:
        status = _status_of(main)
        sys.stdout.flush()
    except BrokenPipeError:
        if _is_read(sys.stdout):
            raise  # it was another pipe that broke
        # What is still to be printed goes nowhere, or Python would try it again while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = _NOBODY_READS
    sys.exit(status)


def _status_of(main: Callable[[], int]) -> str | int | None:
    try:
        return main()
    except SystemExit as stop:  # after --help, which is printed by then
        return stop.code


def _is_read(stream: TextIO) -> bool:
    """Whether somebody may still read what is printed."""
    reader = select.poll()
    reader.register(stream.fileno(), 0)
    return not reader.poll(0)
