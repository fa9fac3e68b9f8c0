"""Takes orders, settles what they leave open, and hands out files."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot import clock as clocks
from bot.domain.generation import THERE
from bot.errors import BadOption, NoSuchPiece, Refusal, Stopping, TooLong
from bot.pipeline.captions import sheet
from bot.pipeline.settling import settle, settle_theme
from bot.storage.admission import Admission, Limits
from composer.errors import RequestError
from composer.request import PieceOptions

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.clock import Clock
    from bot.domain.composer_port import Composer
    from bot.domain.fair_share import Place
    from bot.domain.generation import FinishedPiece, Generation, Progress
    from bot.domain.order import Defaults, Options, Order, ServerSettings
    from bot.domain.summaries import Erasure, Standing
    from bot.pipeline.model_catalogue import ModelCatalogue
    from bot.pipeline.production import PieceProducer
    from bot.pipeline.scheduler import Scheduler
    from bot.pipeline.side_work import SideWork
    from bot.settings import Settings
    from bot.storage.store import Store
    from composer.music.given import GivenMusic
    from composer.options import Wishes

log = structlog.stdlib.get_logger(__name__)


class OrderService:
    """What commands and buttons ask of the bot."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        catalogue: ModelCatalogue,
        scheduler: Scheduler,
        producer: PieceProducer,
        composer: Composer,
        side_work: SideWork,
        *,
        clock: Clock = clocks.now,
    ) -> None:
        self._settings = settings
        self._store = store
        self._catalogue = catalogue
        self._scheduler = scheduler
        self._producer = producer
        self._composer = composer
        self._side_work = side_work
        self._clock = clock

    async def accept(self, order: Order, *, committed: Callable[[], Awaitable[None]] | None = None) -> Generation:
        """Settle an order, commit it, and let it wait for its turn.

        Args:
            order: Order as it was asked.
            committed: Function that is called once the order can no longer be lost, before anything is told of its
                progress.

        Raises:
            Refusal: One of its kinds, see `bot.errors`; nothing was counted.
        """
        [wanted], limits = await self.weigh(order)
        accepted = await self._store.generations.admit(wanted, limits)
        log.info("accepted", generation=accepted.number, model=wanted.options.model, seconds=wanted.options.seconds)
        try:
            if committed is not None:
                await committed()
        finally:
            await self._scheduler.add(accepted)
        return accepted

    async def weigh(self, order: Order, models: Sequence[str | None] = (None,)) -> tuple[list[Admission], Limits]:
        """Settle all that an order leaves open, and the limits that it has to keep to; nothing is accepted.

        Args:
            order: Order as it was asked.
            models: Models that are to compose it, in the place of the one that it names; None is that one. Of several,
                those that cannot do what is asked are left out.

        Raises:
            Refusal: One of its kinds; why the only model cannot, among them.
        """
        if self._scheduler.stopping:
            raise Stopping
        server = await self._store.preferences.server(order.guild_id)
        defaults = await self._store.preferences.defaults(order.user_id)
        taste = await self._store.tastes.composing(order.guild_id, server.taste)
        settled = []
        for model in models:
            wanted = order if model is None else replace(order, wishes={**order.wishes, "model": model})
            try:
                settled.append(self._settled(wanted, defaults, server, taste))
            except Refusal:
                if len(models) == 1:
                    raise
        for one in settled:
            _check_server(one, server)
        limits = Limits(
            on_the_way=self._settings.on_the_way,
            per_hour=server.per_hour,
            queue_size=self._settings.queue_size,
            room_at=self._clock() + timedelta(seconds=self._scheduler.workload.room_in()),
        )
        return settled, limits

    def _settled(self, order: Order, defaults: Defaults, server: ServerSettings, taste: int | None) -> Admission:
        private = order.private if order.private is not None else defaults.private
        return Admission(
            request_id=order.request_id,
            user_id=order.user_id,
            guild_id=order.guild_id,
            channel_id=order.channel_id,
            locale=order.locale,
            private=bool(private),
            options=self._options(order, defaults, server),
            reply_token=order.reply_token,
            another_of=order.another_of,
            theme=order.theme,
            parent=order.parent,
            taste=taste,
            asked_at=order.asked_at or self._clock(),
        )

    def _options(self, order: Order, defaults: Defaults, server: ServerSettings) -> Options:
        """Decide each option: by the order, else by the person, else by the server, else by the house.

        What is like another piece leaves open what that one left open, whoever asks for it.
        """
        own = defaults.wishes if order.another_of is None else {}
        installed = [name for name in (own.get("model"), server.model) if name in self._catalogue.names()]
        model = next(iter(installed), self._settings.default_model)
        usual: Wishes = {"seconds": min(PieceOptions().seconds, server.longest), **own, "model": model}
        if order.theme is not None:
            return settle_theme(order.wishes, usual, order.theme, self._catalogue, longest=server.longest)
        return settle(order.wishes, usual, self._catalogue)

    async def missing_default(self, order: Order) -> str | None:
        """The model that the settings name for an order and that is no longer installed; None if all is well."""
        own = await self._store.preferences.defaults(order.user_id)
        server = await self._store.preferences.server(order.guild_id)
        name = order.wishes.get("model") or own.wishes.get("model") or server.model
        return (
            None
            if order.another_of or "model" in order.wishes or name in {None, *self._catalogue.names()}
            else str(name)
        )

    async def usual_model(self, user_id: int, guild_id: int | None) -> str:
        """Name of the model that composes where a person names none."""
        server = await self._store.preferences.server(guild_id)
        defaults = await self._store.preferences.defaults(user_id)
        return str(defaults.wishes.get("model") or server.model or self._settings.default_model)

    async def cancel(self, number: int) -> bool:
        """Take a generation out of queue or making; False if it was no longer on the way.

        Raises:
            NoSuchPiece: It never was.
        """
        if await self._store.generations.get(number) is None:
            raise NoSuchPiece(number)
        return await self._scheduler.cancel(number)

    def queue(self) -> list[Standing]:
        """What is in the making, then what waits."""
        return self._scheduler.workload.standings()

    def progress(self, number: int) -> Progress | None:
        """How far a generation is; None if it is not on the way."""
        return self._scheduler.workload.progress(number)

    async def piece(self, number: int, place: Place) -> FinishedPiece:
        """The files of a piece, the same bytes as when it was delivered.

        Args:
            number: Number of the piece.
            place: Place of whoever asks, see `SideWork.place`; files that are no longer kept are made at its turn.

        Raises:
            NoSuchPiece: It has no music, or never was.
            RenderError: FluidSynth or the soundfont failed.
        """
        generation = await self._store.generations.get(number)
        if generation is None or generation.state not in THERE:
            raise NoSuchPiece(number)
        piece = self._producer.renditions.get(number)
        if piece is None:
            async with self._side_work.turn(place):
                piece = await self._producer.render(generation)
        if piece is None:
            raise NoSuchPiece(number)
        return piece

    async def understand(self, data: bytes, place: Place) -> GivenMusic:
        """Understand a file of somebody's own, at the turn of whoever asks; nothing of it is kept.

        Raises:
            BadOption: Nothing can be made of it; the reason names the fault.
        """
        async with self._side_work.turn(place):
            return await self._understood(data)

    async def draw(self, music: GivenMusic, title: str) -> bytes:
        """A picture of music that was understood, as PNG."""
        return await self._composer.draw(music, title)

    async def music_of(self, number: int) -> GivenMusic:
        """The music of a piece, to go on from.

        Raises:
            NoSuchPiece: It has no notes.
            BadOption: Nothing goes on from such music.
        """
        original = await self._store.generations.original(number)
        if original is None:
            raise NoSuchPiece(number)
        return await self._understood(original)

    async def _understood(self, data: bytes) -> GivenMusic:
        try:
            return await self._composer.understand(data)
        except RequestError as error:
            raise BadOption(str(error), error.reason, error.values) from error

    async def smaller(self, number: int, most_bytes: int) -> bytes | None:
        """The audio of a composed piece at a lower rate; None if even the poorest is too large.

        Raises:
            NoSuchPiece: It has no music.
        """
        generation = await self._store.generations.get(number)
        original = await self._store.generations.original(number)
        if generation is None or original is None:
            raise NoSuchPiece(number)
        with self._side_work.place(generation.guild_id, generation.user_id, is_due=True) as place:
            async with self._side_work.turn(place):
                return await self._composer.smaller(original, sheet(generation), most_bytes)

    async def take_back(self, number: int) -> bool:
        """Erase a piece, its votes and where it was posted; whether it was there."""
        taken_back = await self._store.generations.taken_back(number) is not None
        if taken_back:
            self._producer.forget(number)
            log.info("deleted", generation=number)
        return taken_back

    async def forget(self, user_id: int, *, delete: bool, before_id: int) -> Erasure:
        """Cancel what a person has on the way, and erase what is kept about them.

        Args:
            user_id: The person.
            delete: Whether the pieces are deleted; otherwise they become nobody's.
            before_id: An id that Discord gave when it was asked for.
        """
        for generation in await self._store.generations.unfinished(user_id):
            await self._scheduler.cancel(generation.number)
        erasure = await self._store.privacy.erase(user_id, delete_pieces=delete, before_id=before_id)
        self._producer.forget_all()
        return erasure


def _check_server(wanted: Admission, server: ServerSettings) -> None:
    if wanted.options.seconds > server.longest:
        raise TooLong(server.longest)
