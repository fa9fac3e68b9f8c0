"""Which database the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sqlalchemy import make_url

from bot.storage.dialects.postgresql import DRIVER, PostgresServer
from bot.storage.dialects.sqlite import SqliteFile

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import SecretStr

    from bot.storage.dialects.dialect import Dialect


class DatabaseSettings(Protocol):
    """What settings say about it."""

    @property
    def database_url(self) -> SecretStr | None:
        """Address of a PostgreSQL server, which is checked; None for a file."""

    @property
    def database_path(self) -> Path:
        """File of SQLite's."""


def choose_dialect(settings: DatabaseSettings) -> Dialect:
    """The server at an address, or the file where there is none."""
    url = settings.database_url
    if url is None:
        return SqliteFile(settings.database_path)
    return server_at(url)


def server_at(url: SecretStr) -> PostgresServer:
    """The server at an address that was checked."""
    return PostgresServer(make_url(url.get_secret_value()).set(drivername=DRIVER))
