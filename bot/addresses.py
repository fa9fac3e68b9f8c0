"""Addresses that somebody wrote into the settings."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

_PLAIN = ("http", "ws")
_SERVERS = ("postgresql+asyncpg", "postgresql", "postgres")


def checked_address(address: str, schemes: tuple[str, ...]) -> str:
    """The address, which has one of these schemes and names a host; a plain one stays on this machine."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("is not an address") from None
    if parts.scheme not in schemes or not host:
        raise ValueError(f"must begin with {schemes[0]}:// and name a host")
    if parts.scheme in _PLAIN and not is_loopback(host):
        raise ValueError(f"{parts.scheme}:// is for this machine only; write {schemes[0]}://")
    return address.rstrip("/")


def check_server(address: str) -> None:
    """Refuse an address that names no database on a PostgreSQL server, without repeating what may be a password."""
    try:
        parts = urlsplit(address)
        database, _ = parts.path.strip("/"), parts.port
    except ValueError:
        raise ValueError("is not an address") from None
    if parts.scheme not in _SERVERS or not database:
        raise ValueError("must be like postgresql+asyncpg://user:password@host/database")


def is_loopback(host: str) -> bool:
    """Whether what is sent to a host stays on this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
