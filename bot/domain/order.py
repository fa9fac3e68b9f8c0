"""A piece as it is ordered, the options that decide its music, and the settings that fill in what is left open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.domain.taste import TasteChoice
from composer.request import OPTIONS, PieceOptions

if TYPE_CHECKING:
    from datetime import datetime

    from composer.music.given import Theme
    from composer.options import Plain, Wishes

ORDER_OPTIONS = tuple(option for option in OPTIONS if option.in_chat)
"""Options that an order may name, in the order of the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A piece asked for, as it was asked; what was left open is settled by the person's and the server's settings.

    Attributes:
        request_id: Number of the interaction; the same one is accepted once.
        user_id: Person who asks; None where the bot begins a piece by itself.
        guild_id: The server; None in direct messages.
        channel_id: Channel that gets the result.
        locale: Discord's name of the person's language.
        private: Whether only the person sees it.
        wishes: Wishes for the music.
        reply_token: Token of the interaction, valid for 15 minutes after `asked_at`; delivery takes it out of the row.
        asked_at: Moment of the interaction, if known.
        another_of: The generation whose Another, Change or Retry this is; then nobody's defaults fill in what is open.
        theme: Music of the person's own that the piece is to go on from.
        parent: Number of the piece from which that music is, if it is one of ours.
    """

    request_id: int
    user_id: int | None
    guild_id: int | None
    channel_id: int
    locale: str = "en-US"
    private: bool | None = None
    wishes: Wishes = field(default_factory=dict)
    reply_token: str | None = field(default=None, repr=False)
    asked_at: datetime | None = None
    another_of: int | None = None
    theme: Theme | None = field(default=None, repr=False)
    parent: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(PieceOptions):
    """Everything that decides the music, settled; the same options give the same bytes.

    Attributes:
        version: Version of the model, whose `model` is the name alone.
        said_any: Fields about which somebody said `any`; all others that are None were left open.
    """

    version: int
    said_any: frozenset[str] = frozenset()

    def wishes(self) -> dict[str, Plain]:
        """What one says to get these options again: what was left open is left open again."""
        shown = {option.field: option.show(getattr(self, option.field)) for option in ORDER_OPTIONS}
        return {name: plain for name, plain in shown.items() if plain is not None or name in self.said_any}

    def wishes_for_another(self) -> dict[str, Plain]:
        """What one says to get another piece of the kind: as `wishes`, without what belongs to one piece alone."""
        lasting = {option.field for option in ORDER_OPTIONS if option.lasting}
        return {name: plain for name, plain in self.wishes().items() if name in lasting}


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What a person's pieces are like where a command leaves it open.

    Attributes:
        wishes: Wishes of the person for the music.
        private: Whether only the person sees the pieces; None where the person did not say.
        notify: Whether the person is told when a piece that took long is ready; None is yes.
    """

    wishes: Wishes = field(default_factory=dict)
    private: bool | None = None
    notify: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """What the people who manage a server decided.

    Attributes:
        channel_ids: The channels where pieces are posted for everybody, threads below them included; none is any.
        role_id: The role that one must have to compose; None lets everybody.
        longest: Length of the longest piece, in seconds.
        per_hour: Pieces an hour that one person may have.
        model: Model that composes where neither command nor person names one.
        training: Whether ratings from here may train the next model.
        daily_battle: The channel that gets a battle a day; None where none is wanted.
        favourites: Whether ⭐ favourites, ✉️ files by direct message and 🌳 family trees are offered below pieces.
        gallery: Channel in which pieces are shown that people like; None where there is none.
        gallery_votes: People who have to like a piece for that, its composer left out.
        weekly: Channel in which the best of each week are told; None where they are not.
        weekly_from: Hour at which the first week began, in seconds since 1970.
        taste: By which taste pieces are composed, one of `bot.domain.taste.TasteChoice`.
    """

    channel_ids: tuple[int, ...] = ()
    role_id: int | None = None
    longest: int = 300
    per_hour: int = 20
    model: str | None = None
    training: bool = True
    daily_battle: int | None = None
    favourites: bool = False
    gallery: int | None = None
    gallery_votes: int = 3
    weekly: int | None = None
    weekly_from: int | None = None
    taste: str = TasteChoice.OWN
