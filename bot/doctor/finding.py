"""One line of a check-up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes:
        subject: Name of what was looked at, in a word.
        told: Sentence about it; it says what to do, if it is not well.
        well: Whether the bot can run so.
    """

    subject: str
    told: str
    well: bool

    def __str__(self) -> str:
        """As it stands on a terminal."""
        return f"{'ok' if self.well else 'NO':<4}{self.subject:<13}{self.told}"


def counted(count: int, thing: str) -> str:
    """A number of things that take an s: 1 piece, 2 pieces."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def well(subject: str, told: str) -> Finding:
    """All is as it has to be."""
    return Finding(subject, told, well=True)


def ill(subject: str, told: str) -> Finding:
    """The bot cannot run so."""
    return Finding(subject, told, well=False)
