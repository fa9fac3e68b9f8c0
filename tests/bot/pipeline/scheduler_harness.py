"""A scheduler on a real database, with a composer that does as it is told and an audience that remembers."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from bot import clock
from bot.domain.audience import Posted
from bot.domain.shards import EVERYTHING, ShardShare
from bot.monitoring.health import Health
from bot.pipeline.delivery_retries import DeliveryRetries
from bot.pipeline.estimates import Speeds
from bot.pipeline.production import PieceProducer
from bot.pipeline.scheduler import Scheduler
from composer.models.learned_preferences import NONE, LearnedPreferences
from composer.reading.understanding import understand
from composer.rendering import Rendition
from composer.sheet_music.sheet import SheetMusic
from tests.bot.builders import LIMITS, MUSIC, admission
from tests.bot.databases import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from bot.domain.audience import Delivery
    from bot.domain.generation import FinishedPiece, Generation, Music, Post, Progress
    from bot.domain.order import Options
    from bot.storage.store import Store
    from composer.music.given import GivenMusic, Theme
    from composer.rendering import Sheet


class ObedientComposer:
    """Composes at once, or when it is let.

    Attributes:
        hold: Whether composing waits until `let` is set.
        hold_render: Whether rendering does.
        errors: Errors that the next composings raise, one each.
        order: Seeds in the order in which they were begun.
        themes: The music that each of them was to go on from.
        last_words: Whether one that is cancelled still tells how far it came.
    """

    def __init__(self) -> None:
        self.hold = self.hold_render = self.last_words = False
        self.let = asyncio.Event()
        self.errors: list[Exception] = []
        self.order: list[int] = []
        self.themes: list[Theme | None] = []
        self.liked: list[LearnedPreferences] = []
        self.at_once = self.most_at_once = 0

    async def compose(
        self,
        options: Options,
        progress: Callable[[int, int], None],
        *,
        theme: Theme | None = None,
        liked: LearnedPreferences = NONE,
    ) -> Music:
        self.order.append(options.seed)
        self.liked.append(liked)
        self.themes.append(theme)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            progress(1, 8)
            if self.hold:
                await self.let.wait()
            await asyncio.sleep(0)
            if self.errors:
                raise self.errors.pop(0)
        except asyncio.CancelledError:
            if self.last_words:
                progress(2, 8)
            raise
        else:
            return MUSIC
        finally:
            self.at_once -= 1

    async def understand(self, data: bytes) -> GivenMusic:
        return understand(data)

    async def draw(self, music: GivenMusic, title: str) -> bytes:  # noqa: ARG002 - a protocol's
        return title.encode()

    async def render(self, music: bytes, sheet: Sheet) -> Rendition:
        if self.hold_render:
            await self.let.wait()
        return Rendition(b"mp3 of " + music, sheet.caption.encode(), music, {"render": 0.25})

    async def sound(self, music: bytes, sheet: Sheet) -> bytes:  # noqa: ARG002 - a protocol's
        return b""

    async def smaller(self, music: bytes, sheet: Sheet, most_bytes: int) -> bytes | None:  # noqa: ARG002 - a protocol's
        return b"small"[:most_bytes] or None

    async def sheet_music(self, midi: bytes, *, title: str, remark: str, whole: bool) -> SheetMusic:  # noqa: ARG002
        return SheetMusic((midi,), 1, title.encode(), remark.encode())


class RecordingAudience:
    """Remembers what it was told.

    Attributes:
        told: Words for what happened, by generation.
        progress: Progress that was shown, by generation.
        behind: Posts that may have been there unnoted.
        errors: Errors that the next deliveries raise, one each.
        called: Generations to which somebody was called.
        kept: Answer of a delivery in the place of a message.
    """

    def __init__(self) -> None:
        self.told: dict[int, list[str]] = defaultdict(list)
        self.progress: dict[int, list[Progress]] = defaultdict(list)
        self.pieces: dict[int, FinishedPiece] = {}
        self.behind: list[Post] = []
        self.errors: list[Exception] = []
        self.called: list[int] = []
        self.kept: Delivery | None = None
        self.hold = False
        self._happened = asyncio.Event()

    def progressed(self, generation: Generation, progress: Progress, /) -> None:
        self.progress[generation.number].append(progress)
        self._happened.set()

    async def deliver(self, generation: Generation, piece: FinishedPiece, /, *, again: bool) -> Delivery:
        self._tell(generation, "delivered again" if again else "delivered")
        if self.hold:
            await asyncio.Event().wait()
        if self.errors:
            raise self.errors.pop(0)
        self.pieces[generation.number] = piece
        return self.kept or Posted(generation.channel_id, 9000 + generation.number)

    def found(self, post: Post, /) -> None:
        self.behind.append(post)
        self._happened.set()

    async def failed(self, generation: Generation, /) -> None:
        self._tell(generation, f"failed {generation.error} {generation.reference}")

    async def cancelled(self, generation: Generation, /) -> None:
        self._tell(generation, "cancelled")

    async def ready(self, generation: Generation, /) -> None:
        self.called.append(generation.number)
        self._happened.set()

    def resumed(self, generation: Generation, /) -> None:
        self._tell(generation, "resumed")

    def _tell(self, generation: Generation, what: str) -> None:
        self.told[generation.number].append(what)
        self._happened.set()

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait until something is so; whoever waits for a row looks at it again and again."""
        async with asyncio.timeout(60):
            while not happened():
                self._happened.clear()
                await self._happened.wait()


class SchedulerHarness:
    """Everything of a scheduler in one hand."""

    def __init__(
        self, store: Store, composer: ObedientComposer, *, workers: int, deadline: float, pauses: Sequence[float]
    ) -> None:
        self.store = store
        self.composer = composer
        self.audience = RecordingAudience()
        self.health = Health()
        self.speeds = Speeds()
        producer = PieceProducer(
            store.generations, composer, self.health, self.speeds, at_once=workers, deadline=deadline
        )
        deliveries = DeliveryRetries(
            store.generations, self.health, clock.now, locks=store.locks, pauses=pauses, grace=0.05
        )
        self.scheduler = Scheduler(store.generations, producer, deliveries, self.health, self.speeds, workers=workers)

    async def ask(self, **changes: Any) -> Generation:
        """Accept a piece and let it wait."""
        accepted = await self.store.generations.admit(admission(**changes), LIMITS)
        await self.scheduler.add(accepted)
        return accepted

    async def row(self, number: int) -> Generation:
        generation = await self.store.generations.get(number)
        assert generation is not None
        return generation

    async def state(self, number: int) -> str:
        return str((await self.row(number)).state)

    async def until(self, number: int, state: str) -> None:
        """Wait until the row says so."""
        async with asyncio.timeout(20):
            while await self.state(number) != state:
                pass


@asynccontextmanager
async def open_scheduler(
    path: Path,
    *,
    workers: int = 1,
    deadline: float = 20.0,
    pauses: Sequence[float] = (0.0, 0.0),
    start: bool = True,
    share: ShardShare = EVERYTHING,
) -> AsyncIterator[SchedulerHarness]:
    """Open a scheduler on the database at `path`; it is stopped in the end."""
    async with open_store(path, share=share) as store:
        harness = SchedulerHarness(store, ObedientComposer(), workers=workers, deadline=deadline, pauses=pauses)
        if start:
            await harness.scheduler.start(harness.audience)
        try:
            yield harness
        finally:
            await harness.scheduler.stop()
