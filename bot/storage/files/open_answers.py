"""Answers that were promised on Discord and not given yet, so that the next start finds what was cut off.

Each is a small file and no row: it is noted before Discord is told, also while the database is locked. The files
outlive a killed process; they need not outlive the machine, whose restart takes longer than Discord waits.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import structlog

from bot.storage.files.private_files import FILE_MODE, make_private_folder

if TYPE_CHECKING:
    from pathlib import Path

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAnswer:
    """An answer that was promised.

    Attributes:
        request_id: Number of the interaction.
        application_id: Application of the bot.
        token: Token of the interaction, valid for 15 minutes.
        channel_id: Channel where it was asked.
        guild_id: The server; None in direct messages.
        locale: Discord's name of the person's language.
        private: Whether only the person sees the answer.
        message_id: Message that the answer becomes; None if Discord has not said.
        number: Number of the piece that the answer is to bear; None if it is about something else.
    """

    request_id: int
    application_id: int
    token: str = field(repr=False)
    channel_id: int
    guild_id: int | None
    locale: str
    private: bool
    message_id: int | None = None
    number: int | None = None


class OpenAnswers:
    """A folder with a file for each open answer; its methods take a fraction of a millisecond."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, made with the first file.

        Args:
            folder: Folder that nobody else uses.
        """
        self._folder = folder

    def note(self, answer: OpenAnswer) -> None:
        """Write an answer down, or what more is known of it. Where that fails, the log says so: the bot answers."""
        path = self._path(answer.request_id)
        new = path.with_suffix(".new")
        try:
            make_private_folder(self._folder)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE), "w") as file:
                json.dump(asdict(answer), file)
            new.replace(path)
        except OSError as error:
            log.warning("open answer not noted", interaction=answer.request_id, error=str(error))

    def end(self, request_id: int) -> None:
        """Forget an answer: it was given."""
        try:
            self._path(request_id).unlink(missing_ok=True)
        except OSError as error:
            log.warning("open answer not forgotten", interaction=request_id, error=str(error))

    def left(self) -> list[OpenAnswer]:
        """List what is there, oldest first; what cannot be read is thrown away."""
        found = []
        for path in [*self._folder.glob("*.json"), *self._folder.glob("*.new")]:
            try:
                found.append(OpenAnswer(**json.loads(path.read_text())))
            except (OSError, ValueError, TypeError):
                path.unlink(missing_ok=True)
        return sorted(found, key=lambda answer: answer.request_id)

    def _path(self, request_id: int) -> Path:
        return self._folder / f"{request_id}.json"
