"""What an error of a database means, whichever database it is."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DatabaseError, DBAPIError

PRIMARY = 0xFF
"""The part of SQLite's extended codes that says what kind of error it is."""

_SQLITE_PASSING = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM}
)
_SQLITE_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})

_LOCK_NOT_AVAILABLE = "55P03"
_PASSING_CLASSES = ("08", "25P03", "40", "53", "57", "58")
"""Classes of SQLSTATE: no connection, ended as it did nothing, rolled back, no room, ended by an operator, the system's
own trouble."""


def is_passing(error: BaseException) -> bool:
    """Whether an error of the database is one that goes by: another process held the lock, or the disk was full.

    A server that is away, ends or restarts is one, too.
    """
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    cause = _cause_of(error)
    if isinstance(cause, sqlite3.Error):
        return _sqlite_code(cause) in _SQLITE_PASSING
    state = _state_of(cause)
    return state == _LOCK_NOT_AVAILABLE or state.startswith(_PASSING_CLASSES)


def is_locked(error: BaseException) -> bool:
    """Whether another process held the lock that was needed."""
    cause = _cause_of(error)
    if isinstance(cause, sqlite3.Error):
        return _sqlite_code(cause) in _SQLITE_LOCKED
    return _state_of(cause) == _LOCK_NOT_AVAILABLE


def _cause_of(error: BaseException) -> BaseException:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return cause if cause is not None else error


def _sqlite_code(error: sqlite3.Error) -> int:
    """SQLite's primary code; 0 for an error of the driver's own."""
    return getattr(error, "sqlite_errorcode", 0) & PRIMARY


def _state_of(error: BaseException) -> str:
    """The SQLSTATE of an error; that of a lost connection where no server answered, nothing for any other error."""
    if isinstance(error, _NoServerError):
        return "08001"
    return str(getattr(error, "sqlstate", None) or "")


class _NoServerError(Exception):
    """No server answers."""


def as_away(error: OSError) -> DatabaseError:
    """What a driver raises where no server answers, as an error of the database."""
    return DatabaseError("connect", None, _NoServerError(str(error) or type(error).__name__))
