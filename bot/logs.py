"""Logs: one line per change, for people or as JSON, and never a secret in one."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from structlog.typing import EventDict, Processor, WrappedLogger

    from bot.settings import Settings

_REPLY_TOKEN = re.compile(r"((?:webhooks|interactions)/\d+/)[\w.-]{20,}")
"""In addresses of Discord's API: whoever has it may speak as the bot for 15 minutes."""

_CREDENTIALS = re.compile(r"(://)[^/\s@'\"]+@")
"""In addresses: the name and password for a proxy."""

_OURS = ("bot", "composer")
"""Loggers that the setting of the level is about.

Those of libraries never tell more than `_LIBRARIES`: at the level of debugging, discord.py writes down each event, with
the text of direct messages and people's names, and aiosqlite each statement with its values.
"""

_LIBRARIES = logging.INFO

_CHATTY = ("aiosqlite", "alembic", "asyncio", "PIL")


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Send structlog's and the standard library's lines to one stream, in one form.

    Args:
        settings: Level, form, and the token to keep out.
        stream: Standard error otherwise.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_formatter(settings, shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    root.setLevel(max(level, _LIBRARIES))
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def _formatter(settings: Settings, shared: list[Processor]) -> logging.Formatter:
    json = settings.log_format == "json"
    renderer: Processor = structlog.processors.JSONRenderer() if json else _human()
    token = settings.discord_token.get_secret_value().strip() if settings.discord_token else ""
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[remove, renderer, _redactor(token)]
    )


def _human() -> Processor:
    return structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)


def _redactor(token: str) -> Processor:
    """Make the last processor: it sees the whole line as text, so that nothing gets past it."""
    clean = redacting(token)

    def redact(_logger: WrappedLogger, _name: str, line: EventDict | str | bytes) -> str:
        return clean(str(line))

    return redact


def redacting(token: str) -> Callable[[str], str]:
    """A function that takes the token, tokens of interactions and passwords in addresses out of a text."""

    def clean(text: str) -> str:
        if token:
            text = text.replace(token, "[token]")
        return _CREDENTIALS.sub(r"\1[password]@", _REPLY_TOKEN.sub(r"\1[token]", text))

    return clean
