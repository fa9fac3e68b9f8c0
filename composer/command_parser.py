"""How the command lines answer a mistake."""

from __future__ import annotations

import argparse
import io
import sys
from typing import NoReturn

from composer.errors import RequestError


class CommandParser(argparse.ArgumentParser):
    """Answers a mistake in one sentence instead of a page of usage."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where the options are told; exit with the status of a mistaken request."""
        self.exit(RequestError.exit_status, f"{message}; {self.prog} --help tells the options\n")


def print_whatever_comes() -> None:
    """Let a terminal that cannot show a letter show a question mark in its place."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
