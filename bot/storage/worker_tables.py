"""The tables of workers on other machines, as the newest migration leaves them."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Integer, LargeBinary, String, Table

from bot.storage.columns import Moment, metadata

worker = Table(
    "worker",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("host", String(255), nullable=False),
    Column("threads", Integer, nullable=False),
    Column("busy", Integer, nullable=False),
    Column("engines", JSON, nullable=False),
    Column("speeds", JSON, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("renders", Boolean),
)
"""Workers on other machines. `engines` are digests by "NAME@VERSION", `speeds` seconds of work per second of music by
name of the model. Both moments are the database's own, whatever the worker's clock says."""

model_part = Table(
    "model_part",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
"""Files of the models that were trained here, in parts, for workers. Their SHA-256 stands in `model`."""

rendition = Table(
    "rendition",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("mp3", LargeBinary, nullable=False),
    Column("png", LargeBinary, nullable=False),
    Column("network_share", String(255), nullable=False),
    Column("seconds_spent", JSON, nullable=False),
    Column("handed_at", Moment, nullable=False),
)
"""Sound and picture that a worker made, until whoever delivers them has taken them. A server may lose these rows."""
