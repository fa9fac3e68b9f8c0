"""Training with everything real but the trainer, which is a fake one."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.domain.training_run import Activate, Ending, Progress, TrainingRequest, TrainingRun
from bot.pipeline.estimates import Speeds
from bot.pipeline.model_catalogue import ModelCatalogue
from bot.retraining.manager import TrainingManager
from bot.retraining.trainer_process import TrainerProcess
from bot.settings import Settings
from tests.bot import tiny_model
from tests.bot.builders import ANN, BOB, CHANNEL, EVE, SERVER, delivered
from tests.bot.databases import database_at, open_store
from tests.bot.retraining import fake_trainer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.storage.store import Store

PATIENCE = 60.0
"""Seconds that something may take on a busy machine."""


def command(folder: Path) -> tuple[str, ...]:
    """The command line of a fake trainer that is told things in that folder."""
    return (sys.executable, str(Path(fake_trainer.__file__)), "--folder", str(folder))


def instruct(models: Path, *, candidate: int = 101, **words: Any) -> None:
    """Tell the fake trainer how to behave, and what it finds."""
    if not (models / fake_trainer.CANDIDATE).exists():
        made = tiny_model.install(models / "made", version=candidate)
        made.replace(models / fake_trainer.CANDIDATE)
    part = models / "words.part"
    part.write_text(json.dumps(words), "utf-8")
    part.replace(models / fake_trainer.BEHAVIOUR)


def heard(models: Path) -> dict[str, Any]:
    """What the fake trainer was told when it began."""
    return dict(json.loads((models / "heard.json").read_text("utf-8")))


async def until(happened: Callable[[], bool]) -> None:
    """Wait for what nobody tells of."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if happened():
                return
            await asyncio.sleep(0)


class RecordingTrainingAudience:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.progress: list[Progress] = []
        self.endings: list[tuple[TrainingRun, Ending]] = []
        self._happened = asyncio.Event()

    def progressed(self, _run: TrainingRun, progress: Progress, /) -> None:
        self.progress.append(progress)
        self._happened.set()

    async def ended(self, run: TrainingRun, ending: Ending, /) -> None:
        self.endings.append((run, ending))
        self._happened.set()

    async def until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not happened():
                self._happened.clear()
                await self._happened.wait()


class RetrainingHarness:
    """A store with a rated piece, a catalogue with one model, and training."""

    def __init__(self, settings: Settings, store: Store, trainer: TrainerProcess) -> None:
        self.settings = settings
        self.store = store
        self.trainer = trainer
        self.audience = RecordingTrainingAudience()
        self.reopen()

    def reopen(self) -> None:
        """As after a start of the bot."""
        learned = self.settings.learned_folder
        self.catalogue = ModelCatalogue(self.settings.models_dir, self.store.models, Speeds(), learned_folder=learned)
        self.retraining = TrainingManager(
            self.settings,
            database_at(self.settings.database_path),
            self.store,
            self.catalogue,
            self.trainer,
        )

    @property
    def models(self) -> Path:
        """Folder of the models that come with Cadenza."""
        assert self.settings.models_dir is not None
        return self.settings.models_dir

    @property
    def learned(self) -> list[str]:
        """Files of models that were trained here."""
        return sorted(path.name for path in self.settings.learned_folder.glob("*"))

    @property
    def live(self) -> int:
        return self.catalogue.engine("tiny").identity.version

    async def begin(self, **changes: Any) -> TrainingRun:
        wanted: dict[str, Any] = {
            "model": "tiny", "minutes": 1, "activate": Activate.IF_BETTER, "user_id": ANN, "guild_id": SERVER,
            "channel_id": CHANNEL,
        }  # fmt: skip
        return await self.retraining.begin(TrainingRequest(**{**wanted, **changes}))

    async def under_way(self) -> None:
        """Wait until the trainer speaks."""
        await self.audience.until(lambda: bool(self.audience.progress))

    async def ended(self) -> Ending:
        """Wait for the end of the training that runs."""
        await until(lambda: self.retraining.running is None)
        return self.audience.endings[-1][1]

    async def trained(self, **changes: Any) -> Ending:
        """Train from the beginning to the end; each candidate bears the next version."""
        run = await self.begin(**changes)
        assert run.number == len(self.audience.endings) + 1
        return await self.ended()

    async def outcomes(self) -> list[str]:
        """Outcomes of the trainings, as the audit has them, oldest first."""
        audited = reversed(await self.store.audit.latest())
        return [each.detail["outcome"] for each in audited if each.action == "retrain ended"]


@asynccontextmanager
async def open_retraining(
    folder: Path, *, grace: float = 60.0, needs: tuple[str, ...] = (), **settings: Any
) -> AsyncIterator[RetrainingHarness]:
    """Open one in a fresh folder."""
    tiny_model.install(folder / "models")
    instruct(folder / "models")
    chosen: dict[str, Any] = {"training_pieces": 1, "training_people": 2, **settings}
    own = Settings(
        _env_file=None, data_dir=folder / "data", models_dir=folder / "models", default_model="tiny", **chosen
    )  # type: ignore[call-arg]
    trainer = TrainerProcess(
        megabytes=own.training_memory, command=command(folder / "models"), needs=needs, grace=grace
    )
    async with open_store(own.database_path) as store:
        piece = await delivered(store)
        for person in (BOB, EVE):
            await store.ratings.vote(piece.number, person, 1, source="button")
        here = RetrainingHarness(own, store, trainer)
        await here.catalogue.refresh()
        await here.retraining.start(here.audience)
        try:
            yield here
        finally:
            await here.retraining.stop()


def next_candidate(here: RetrainingHarness, version: int) -> None:
    """Let the fake trainer find a candidate of another version."""
    next_candidate_in(here.models, version)


def next_candidate_in(folder: Path, version: int) -> None:
    """The same, in the fake trainer's folder."""
    made = tiny_model.install(folder / "made", version=version)
    made.replace(folder / fake_trainer.CANDIDATE)
