"""Training as the bot offers it: one at a time, told of, cancelled, and its candidate live or not, but never half."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError

from bot.domain.locks import TRAINING
from bot.domain.training_run import Decision, Ending, RunState, TrainingError
from bot.errors import NoTrainer, SettingsError, Stopping, TooFewRatings, TrainingRuns, Untrainable, report
from bot.retraining import candidate_install
from bot.retraining.process_limits import end_left_behind
from bot.retraining.trainer_process import TrainerArguments
from bot.retraining.versions import Versions
from bot.storage.export.data_export import RATINGS, export_ratings
from composer.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    from bot.domain.training_run import Progress, Report, TrainingRequest, TrainingRun
    from bot.pipeline.model_catalogue import ModelCatalogue
    from bot.retraining.trainer_process import TrainerProcess
    from bot.settings import Settings
    from bot.storage.dialects.dialect import Dialect
    from bot.storage.learning.registry import SeenModel
    from bot.storage.store import Store
    from composer.models.identity import Identity

log = structlog.stdlib.get_logger(__name__)

T = TypeVar("T")


class TrainingAudience(Protocol):
    """Whoever tells people of trainings."""

    def progressed(self, run: TrainingRun, progress: Progress, /) -> None:
        """Tell how far one is; returns at once."""

    async def ended(self, run: TrainingRun, ending: Ending, /) -> None:
        """Tell what one came to."""


class TrainingManager:
    """Everything between the command and the model that composes from then on.

    Attributes:
        versions: The versions that are kept.
    """

    def __init__(
        self,
        settings: Settings,
        database: Dialect,
        store: Store,
        catalogue: ModelCatalogue,
        trainer: TrainerProcess,
    ) -> None:
        """Nothing runs yet."""
        self._locks = store.locks
        self._settings = settings
        self._database = database
        self._store = store
        self._catalogue = catalogue
        self._trainer = trainer
        self.versions = Versions(settings, store, catalogue)
        self._audience: TrainingAudience | None = None
        self._one = asyncio.Lock()
        self._run: TrainingRun | None = None
        self._training: asyncio.Task[Report] | None = None
        self._whole: asyncio.Task[None] | None = None
        self._stopping = False

    @property
    def running(self) -> TrainingRun | None:
        """The training that runs."""
        return self._run

    async def start(self, audience: TrainingAudience) -> None:
        """Tell this audience from now on, and clear up what a bot that died left behind."""
        self._audience = audience
        # What another process trains is none of this one's.
        is_mine = await self._locks.take(TRAINING)
        try:
            left = await self._store.runs.running() if is_mine else None
            folder = self._settings.training_folder.absolute()
            if left is not None:
                ended = await asyncio.to_thread(end_left_behind, folder / str(left.number))
                log.warning("training lost", run=left.number, processes=ended)
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
            if left is not None:
                await self._note(left, Ending(state=RunState.LOST, failure="lost"))
        finally:
            if is_mine:
                await self._locks.give_back(TRAINING)

    async def stop(self) -> None:
        """End what runs, and wait until nothing of it is left."""
        self._stopping = True
        if self._training is not None:
            self._training.cancel()
        if self._whole is not None:
            await asyncio.wait({self._whole})

    async def begin(self, wanted: TrainingRequest) -> TrainingRun:
        """Begin a training, if one may.

        Raises:
            Refusal: TrainingRuns, NoTrainer, UnknownModel, Untrainable, TooFewRatings or Stopping; nothing was begun.
        """
        async with self._one:
            identity, parent = await self._checked(wanted)
            if not await self._locks.take(TRAINING):
                raise await self._another()
            try:
                self._run = run = await self._store.runs.begin(wanted, name=identity.name, parent=identity.version)
            except BaseException:
                await self._locks.give_back(TRAINING)
                raise
            log.info("training", run=run.number, model=run.model, parent=run.parent, minutes=wanted.minutes)
            self._training = asyncio.create_task(self._trained(run, parent.absolute()))
            self._whole = asyncio.create_task(self._go(run, self._training))
            return run

    async def check(self, wanted: TrainingRequest) -> None:
        """Refuse what `begin` would refuse now, and write nothing.

        Raises:
            Refusal: As `begin` does.
        """
        async with self._one:
            await self._checked(wanted)
            if not await self._locks.take(TRAINING):
                raise await self._another()
            await self._locks.give_back(TRAINING)

    async def _another(self) -> TrainingRuns:
        """The refusal where another process trains."""
        run = await self._store.runs.running()
        return TrainingRuns(run.number if run is not None else 0)

    async def _checked(self, wanted: TrainingRequest) -> tuple[Identity, Path]:
        """The model that is to be trained on, and its file, if a training may begin."""
        if self._stopping:
            raise Stopping
        if self._run is not None:
            raise TrainingRuns(self._run.number)
        missing = await asyncio.to_thread(self._trainer.missing)
        if missing is not None:
            raise NoTrainer(missing)
        engine = self._catalogue.engine(wanted.model)
        if engine.path is None:
            raise Untrainable(engine.identity.name)
        await self._check_ratings()
        return engine.identity, engine.path

    async def _check_ratings(self) -> None:
        pieces, people = await self._store.ratings.that_train()
        least_pieces, least_people = self._settings.training_pieces, self._settings.training_people
        if pieces < least_pieces or people < least_people:
            raise TooFewRatings(max(least_pieces - pieces, 0), max(least_people - people, 0))

    def cancel(self, number: int) -> bool:
        """End a training; False if it was over, or its candidate is being installed already."""
        mine = self._run is not None and self._run.number == number
        return mine and self._training is not None and self._training.cancel()

    async def _trained(self, run: TrainingRun, model: Path) -> Report:
        """Write the ratings and let the trainer learn from them; may be cancelled."""
        settings, out = self._settings, self._folder(run)
        try:
            file = out / RATINGS
            pieces, people = await _whole(asyncio.to_thread(export_ratings, self._database, file))
        except (OutputError, SettingsError) as error:
            raise TrainingError("disk", str(error)) from error
        log.info("ratings written", run=run.number, pieces=pieces, people=people)
        corpus = settings.corpus.absolute() if settings.corpus is not None else None
        order = TrainerArguments(
            ratings=file,
            model=model,
            version=run.version,
            minutes=run.wanted.minutes,
            out=out,
            anchor=await self._anchor(run),
            corpus=corpus,
            pieces=settings.training_pieces,
            people=settings.training_people,
        )
        return await self._trainer.train(order, lambda progress: self._progressed(run, progress))

    async def _anchor(self, run: TrainingRun) -> Path | None:
        """The file of the version that all began with: it came with Cadenza. None where that is the parent."""
        origin = await self._catalogue.origin(run.model, run.parent)
        return None if origin is None or origin.path is None else origin.path.absolute()

    def _folder(self, run: TrainingRun) -> Path:
        return self._settings.training_folder.absolute() / str(run.number)

    async def _go(self, run: TrainingRun, training: asyncio.Task[Report]) -> None:
        """Wait for the trainer, settle what follows, and tell."""
        try:
            ending, installed = await self._settled(run, training)
            await self._note(run, ending, installed)
        finally:
            # The file of ratings must not outlive what people have deleted.
            await asyncio.to_thread(shutil.rmtree, self._folder(run), ignore_errors=True)
            await self._locks.give_back(TRAINING)
            self._run = None

    async def _settled(self, run: TrainingRun, training: asyncio.Task[Report]) -> tuple[Ending, SeenModel | None]:
        found = None
        try:
            try:
                found = await training
            finally:
                self._training = None
            return await self._decided(run, found)
        except asyncio.CancelledError:
            failure = "stopped" if self._stopping else ""
            return Ending(state=RunState.CANCELLED, failure=failure), None
        except TrainingError as error:
            log.warning("training failed", run=run.number, code=error.code, said=error.said)
            return Ending(state=RunState.FAILED, report=found, failure=error.code, said=error.said), None
        except Exception as error:  # noqa: BLE001 - the row must not run for ever, and people are told
            reference = report(error, "training failed", run=run.number)
            return Ending(state=RunState.FAILED, report=found, failure="unexpected", said=reference), None

    async def _decided(self, run: TrainingRun, found: Report) -> tuple[Ending, SeenModel | None]:
        candidate_install.check_report(found, run)
        decision = candidate_install.decide(found, run.wanted.activate)
        installed = None
        if decision is not Decision.REFUSED:
            folder = self._settings.learned_folder.absolute()
            installed = await asyncio.to_thread(
                candidate_install.install, found, run, out=self._folder(run), folder=folder
            )
        return Ending(state=RunState.DONE, decision=decision, report=found), installed

    async def _note(self, run: TrainingRun, ending: Ending, installed: SeenModel | None = None) -> None:
        try:
            await self._store.runs.ended(run.number, ending, installed=installed)
        except DBAPIError as error:
            # On a full disk, say: the row says that it runs, and the next begin or start calls it lost.
            report(error, "training's end not noted", run=run.number)
            ending, installed = Ending(state=RunState.FAILED, report=ending.report, failure="disk"), None
        if installed is not None:
            await self.versions.renew(run.model)
        log.info("training ended", run=run.number, state=str(ending.state), decision=ending.decision)
        if self._audience is not None:
            try:
                await self._audience.ended(run, ending)
            except Exception as error:  # noqa: BLE001 - the row says what happened
                report(error, "could not be told", run=run.number)

    def _progressed(self, run: TrainingRun, progress: Progress) -> None:
        if self._audience is not None:
            try:
                self._audience.progressed(run, progress)
            except Exception as error:  # noqa: BLE001 - the work goes on
                report(error, "could not be told", run=run.number)


async def _whole(work: Coroutine[Any, Any, T]) -> T:
    """Wait for a thread's work to its end, also when cancelled: what it writes afterwards nobody would clear up."""
    running = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        raise
