"""Few words by which failures of pieces are counted."""

from __future__ import annotations

from bot.errors import GivenMusicGone, UnknownModel
from composer.errors import EngineError, MachineError, RequestError

_CODES = {
    TimeoutError: "deadline",
    RequestError: "request",
    MemoryError: "memory",
    UnknownModel: "model",
    GivenMusicGone: "given-music",
}


def code_of(error: Exception) -> str:
    """A few short words that failures are counted by."""
    match error:
        case EngineError():
            return f"engine-{error.reason}"
        case MachineError():
            return type(error).__name__.removesuffix("Error").lower()
        case _:
            return next((code for kind, code in _CODES.items() if isinstance(error, kind)), "unexpected")
