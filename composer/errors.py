"""What can go wrong, as one tree, so that a caller catches as much or as little as it can mend.

ComposerError
├── RequestError    the person asked for something that cannot be had: ask differently
├── EngineError     an engine proposed what is no piece: choose another one, and mend it
└── MachineError    the machine lacks something: install, free or repair it
    ├── ModelError  a model file is missing, damaged or does not fit
    ├── RenderError FluidSynth or the soundfont failed
    └── OutputError a result could not be written
"""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class ComposerError(Exception):
    """Base of all errors that carry one sentence for a person.

    The message names the file, value or command at fault and says what to do.
    """

    exit_status = 1


class RequestError(ComposerError):
    """The request asks for what does not exist or lies out of range.

    Attributes:
        reason: Name of what is wrong, by which others word the sentence in another language; empty if it has none.
        values: What the sentence tells, by name.
    """

    exit_status = 2

    def __init__(self, sentence: str, *, reason: str = "", values: Mapping[str, object] | None = None) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.values = dict(values or {})


class EngineError(ComposerError):
    """An engine proposed something of which no piece can be made.

    Attributes:
        reason: Name of what went wrong, by which others word the sentence in another language.
    """

    def __init__(self, sentence: str, *, reason: str = "no_piece") -> None:
        super().__init__(sentence)
        self.reason = reason


class MachineError(ComposerError):
    """The machine, not the request, is at fault."""


class ModelError(MachineError):
    """A model file is missing, unreadable, damaged or made for another vocabulary."""


class RenderError(MachineError):
    """MIDI could not be turned into audio."""


class OutputError(MachineError):
    """A result could not be written where it was asked for."""


MOST_QUOTED = 60
"""Characters of what somebody wrote that a message repeats."""


def shortened(text: str) -> str:
    """What somebody wrote, as a message repeats it: on one line, short, and unable to break out of backticks."""
    line = " ".join(text[: 4 * MOST_QUOTED].replace("`", "'").split())
    return line if len(line) <= MOST_QUOTED else f"{line[: MOST_QUOTED - 1]}…"


def quoted(text: str) -> str:
    """The same in backticks."""
    return f"`{shortened(text)}`"


def unknown_name(what: str, name: str, known: Sequence[str], *, read_as: str | None = None) -> RequestError:
    """The answer to a name that does not exist: the nearest one that does, or all of them.

    Args:
        what: Kind of the thing, with its article.
        name: As it was given.
        known: Names that exist.
        read_as: How the name was read, if not just in lower case.
    """
    near = difflib.get_close_matches((read_as or name.lower())[:MOST_QUOTED], known, n=1)
    hint = f"Did you mean `{near[0]}`?" if near else f"There are {', '.join(known)}."
    return RequestError(f"I don't know {what} called {quoted(name)}. {hint}")


def spell_command(words: str) -> str:
    """A command of ours as whoever runs this program can type it: `scripts/bot doctor`, `python3 -m bot doctor`.

    A script of ours says by Python's option -X what it is called and for which words it stands. Elsewhere the Python
    that runs is named as it was called, since another one may lack our packages.

    Args:
        words: Package, command and options: "bot doctor".
    """
    told = sys._xoptions  # noqa: SLF001 - documented, and without a public name
    script, stands_for = told.get("script"), told.get("command", "")
    if script and f"{words} ".startswith(f"{stands_for} "):
        return f"{script}{words[len(stands_for) :]}"
    return f"{_python()} -m {words}"


def _python() -> str:
    """The Python that runs, as it is called from the folder that it was called in."""
    called = Path(sys.orig_argv[0])
    if not called.name.startswith("python"):
        return "python"
    return str(called.relative_to(Path.cwd()) if called.is_relative_to(Path.cwd()) else called)
