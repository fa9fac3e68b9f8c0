"""What all tables share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import DateTime, MetaData, TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """A time with a zone, kept in UTC: SQLite forgets zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002 - its own
        """To the database."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002 - its own
        """From the database."""
        return None if value is None else value.replace(tzinfo=UTC)
