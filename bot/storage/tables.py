"""The tables, as the newest migration leaves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from bot.domain.order import ORDER_OPTIONS
from bot.storage import columns
from bot.storage import worker_tables as worker_tables  # noqa: PLC0414 - whoever reads all tables has these, too
from bot.storage.columns import Moment
from bot.storage.gallery import tables as gallery_tables  # noqa: F401 - the same
from bot.storage.learning import taste_tables as taste_tables  # noqa: PLC0414 - the same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.types import TypeEngine

metadata = columns.metadata

_NUMBERS: dict[type, TypeEngine[Any]] = {float: Float(), int: BigInteger()}


def _number() -> Column[int]:
    """A number that is never given twice: people go on naming pieces that are gone."""
    return Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def _option_columns() -> Iterator[Column[Any]]:
    """A column for each option that an order may name, and one for the model's version."""
    for option in ORDER_OPTIONS:
        kind = _NUMBERS.get(option.kind, String(option.longest))
        yield Column(option.field, kind, nullable=option.may_be_any)
        if option.field == "model":
            yield Column("version", Integer, nullable=False)


generation = Table(
    "generation",
    metadata,
    _number(),
    Column("request_id", BigInteger, nullable=False, unique=True),
    Column("user_id", BigInteger),
    Column("guild_id", BigInteger),
    Column("channel_id", BigInteger, nullable=False),
    Column("locale", String(16), nullable=False),
    Column("private", Boolean, nullable=False),
    *_option_columns(),
    Column("said_any", JSON),
    Column("another_of", BigInteger),
    Column("parent", BigInteger),
    Column("treatment", String(16)),
    Column("alone", Boolean),
    Column("theme", LargeBinary),
    Column("rival", BigInteger),
    Column("taste", BigInteger),
    Column("state", String(16), nullable=False, index=True),
    Column("attempts", Integer, nullable=False, default=0),
    Column("lease", String(64)),
    Column("lease_until", Moment),
    Column("progress", String(16)),
    Column("created_at", Moment, nullable=False, index=True),
    Column("started_at", Moment),
    Column("composed_at", Moment),
    Column("delivered_at", Moment),
    Column("midi", LargeBinary),
    Column("sound", LargeBinary),
    Column("tokens", LargeBinary),
    Column("title", String(128)),
    Column("remark", String(2048)),
    Column("shared_run", Integer),
    Column("people_run", Float),
    Column("chosen_key", String(32)),
    Column("chosen_metre", String(8)),
    Column("beats_per_minute", Float),
    Column("bars", Integer),
    Column("measures", JSON),
    Column("seconds_spent", JSON, nullable=False, default=dict),
    Column("message_id", BigInteger, unique=True),
    Column("reply_message_id", BigInteger),
    Column("reply_token", String(512)),
    Column("error", String(64)),
    Column("reference", String(8)),
    Column("untold", Boolean),
    Column("call_message_id", BigInteger),
    Column("turn", BigInteger, index=True),
    sqlite_autoincrement=True,
)
"""`said_any` names the options about which somebody said `any`; all others that are null were left open. `lease` names
whoever composes it. A worker's holds until `lease_until` by the database's own clock, unless it is renewed, and
`progress` is how far it came, such as "9/24". `theme` is the music that it goes on from, while it is to be composed:
see `bot.storage.themes`. `tokens` are little-endian 16-bit numbers, compressed, and `measures` what
`composer.music.measures` says: so a rated piece can be learned from as it is. `untold` is true while nobody could be
told that it failed or was cancelled, and until somebody who waited long is told that it is ready. `rival` is the number
of the piece that it meets in a battle. `turn` rises over all pieces as they are begun: `bot.storage.sharing.turns`."""

post = Table(
    "post",
    metadata,
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", ForeignKey("generation.number", ondelete="CASCADE"), nullable=False, index=True),
    Column("channel_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger),
    Column("posted_at", Moment, nullable=False, index=True),
)

vote = Table(
    "vote",
    metadata,
    Column("number", ForeignKey("generation.number", ondelete="CASCADE"), primary_key=True),
    Column("user_id", BigInteger, primary_key=True, index=True),
    Column("source", String(16), primary_key=True),
    Column("message_id", BigInteger, primary_key=True),
    Column("value", Integer, primary_key=True),
    Column("cast_order", BigInteger, nullable=False),
    Column("cast_at", Moment, nullable=False),
)
"""Every vote that stands. `message_id` is 0 where no message bears it; `cast_order` rises, also when clocks jump."""

rating = Table(
    "rating",
    metadata,
    Column("number", ForeignKey("generation.number", ondelete="CASCADE"), primary_key=True),
    Column("user_id", BigInteger, primary_key=True, index=True),
    Column("value", Integer, nullable=False),
    Column("source", String(16), nullable=False),
    Column("is_author", Boolean, nullable=False),
    Column("guild_id", BigInteger),
    Column("rated_at", Moment, nullable=False, index=True),
)
"""The newest vote of each person for each piece; written together with `vote`, and never alone."""

battle = Table(
    "battle",
    metadata,
    Column("number", ForeignKey("generation.number", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("second", ForeignKey("generation.number", ondelete="CASCADE"), nullable=False, unique=True),
    Column("daily", Boolean, nullable=False),
    Column("message_id", BigInteger, unique=True),
    Column("channel_id", BigInteger),
    Column("opened_at", Moment, index=True),
    Column("closed_at", Moment),
    Column("shown", Boolean, nullable=False),
)
"""Two pieces in one message, heard blind. `number` is that of piece A, `second` that of piece B. A battle is open from
`opened_at` to `closed_at`, and `shown` once its message tells how it ended."""

battle_vote = Table(
    "battle_vote",
    metadata,
    Column("number", ForeignKey("battle.number", ondelete="CASCADE"), primary_key=True),
    Column("user_id", BigInteger, primary_key=True, index=True),
    Column("choice", String(8), nullable=False),
    Column("guild_id", BigInteger),
    Column("cast_at", Moment, nullable=False),
)
"""What each person said of a battle: see `bot.domain.battle.Choice`."""

favourite = Table(
    "favourite",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", ForeignKey("generation.number", ondelete="CASCADE"), primary_key=True, index=True),
    Column("marked_at", Moment, nullable=False),
)

tally = Table(
    "tally",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("model", String(64), nullable=False),
    Column("likes", Integer, nullable=False),
    Column("loves", Integer, nullable=False),
    Column("dislikes", Integer, nullable=False),
)
"""Of each piece that others than its author rated, their ratings by value; `bot.storage.tallies` alone writes it. It is
no child of `generation`: the sums of the model are corrected by it once the piece is gone."""

model_tally = Table(
    "model_tally",
    metadata,
    Column("model", String(64), primary_key=True),
    Column("likes", Integer, nullable=False),
    Column("loves", Integer, nullable=False),
    Column("dislikes", Integer, nullable=False),
)
"""The sums of `tally` by model."""

model = Table(
    "model",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("parent", Integer),
    Column("metrics", JSON, nullable=False, default=dict),
    Column("seen_at", Moment, nullable=False),
    Column("promoted_at", Moment),
)
"""`promoted_at` is when it went live; the latest of a name composes."""

training_run = Table(
    "training_run",
    metadata,
    _number(),
    Column("model", String(64), nullable=False),
    Column("parent", Integer, nullable=False),
    Column("version", Integer),
    Column("user_id", BigInteger),
    Column("state", String(16), nullable=False),
    Column("options", JSON, nullable=False, default=dict),
    Column("report", JSON, nullable=False, default=dict),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    _number(),
    Column("at", Moment, nullable=False),
    Column("actor_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger),
    Column("action", String(64), nullable=False),
    Column("detail", JSON, nullable=False, default=dict),
    sqlite_autoincrement=True,
)

setting = Table(
    "setting",
    metadata,
    Column("scope", String(16), primary_key=True),
    Column("owner", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(64), primary_key=True),
    Column("value", JSON),
)
"""Scopes: "user" and "server", whose owner is Discord's id, and "house", whose owner is 0."""

erasure = Table(
    "erasure",
    metadata,
    Column("kind", String(8), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("before_id", BigInteger, nullable=False),
)
"""Kinds: "person" and "piece". `before_id` is an id of Discord's: what is older was erased."""

quota = Table(
    "quota",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False, index=True),
    Column("at", Moment, nullable=False),
)
"""Pieces that count for somebody's quota, each for an hour; no erasure touches them, and none of them names anybody."""

block = Table(
    "block",
    metadata,
    Column("kind", String(8), primary_key=True),
    Column("owner", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
)
"""Kinds: "person" and "server". `owner` is Discord's id of whom the operators refuse."""

removal = Table(
    "removal",
    metadata,
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger),
    Column("posted_at", Moment, nullable=False),
)
"""Messages of pieces that are no more; a row goes when its message does."""

Index("generation_of_guild", generation.c.guild_id, generation.c.created_at)
Index("generation_another_of", generation.c.another_of)
Index("generation_parent", generation.c.parent)
Index("generation_turns_of_server", generation.c.guild_id, generation.c.turn)
Index("generation_turns_of_person", generation.c.user_id, generation.c.guild_id, generation.c.turn)
