"""Trainings: one runs at a time, and what one came to is noted together with what follows from it."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, insert, select, update

from bot.domain.generation import ON_THE_WAY
from bot.domain.training_run import Activate, Decision, RunState, TrainingRequest, TrainingRun
from bot.storage.learning.registry import FIRST_LEARNED, note, promote
from bot.storage.people import auditing
from bot.storage.people.privacy import NOBODY
from bot.storage.tables import generation, model, training_run

if TYPE_CHECKING:
    from sqlalchemy import Connection, RowMapping

    from bot.clock import Clock
    from bot.domain.training_run import Ending
    from bot.storage.database import Database
    from bot.storage.learning.registry import SeenModel

_MESSAGE = "message_id"
_OWN_COLUMNS = ("user_id",)
"""Fields of `TrainingRequest` that stand in columns of their own, so that a person's traces can be removed."""


class Runs:
    """The rows of trainings."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, wanted: TrainingRequest, *, name: str, parent: int) -> TrainingRun:
        """Note that a training begins.

        Only one bot works on a database, and it begins one training at a time: a row that still runs is of one whose
        end could not be noted, and is lost.

        Args:
            wanted: Training as it was asked for.
            name: Name of the model.
            parent: Version that it begins with. The candidate gets a number that was never given before.
        """

        def unit(connection: Connection) -> TrainingRun:
            connection.execute(
                update(training_run)
                .where(training_run.c.state == RunState.RUNNING)
                .values(state=RunState.LOST, ended_at=self._clock())
            )
            options = {key: value for key, value in asdict(wanted).items() if key not in _OWN_COLUMNS}
            number = connection.scalar(
                insert(training_run)
                .values(
                    model=name,
                    parent=parent,
                    version=_next_version(connection, name),
                    user_id=wanted.user_id,
                    state=RunState.RUNNING,
                    options=options,
                    report={},
                    started_at=self._clock(),
                )
                .returning(training_run.c.number)
            )
            return _find(connection, number or 0)

        return await self._database.write(unit)

    async def get(self, number: int) -> TrainingRun | None:
        """The training of that number."""
        return await self._first(training_run.c.number == number)

    async def running(self) -> TrainingRun | None:
        """The training that runs, by its row."""
        return await self._first(training_run.c.state == RunState.RUNNING)

    async def _first(self, which: Any) -> TrainingRun | None:  # noqa: ANN401 - a condition
        query = select(training_run).where(which).order_by(training_run.c.number.desc()).limit(1)

        def unit(connection: Connection) -> TrainingRun | None:
            row = connection.execute(query).mappings().first()
            return None if row is None else _to_run(row)

        return await self._database.read(unit)

    async def message_is(self, number: int, message_id: int) -> None:
        """Note the message that tells of a training."""

        def unit(connection: Connection) -> None:
            key = training_run.c.number == number
            options = connection.scalar(select(training_run.c.options).where(key))
            connection.execute(
                update(training_run).where(key).values(options={**(options or {}), _MESSAGE: message_id})
            )

        await self._database.write(unit)

    async def ended(self, number: int, ending: Ending, *, installed: SeenModel | None = None) -> TrainingRun | None:
        """Note how a training ended and, in the same transaction, which model was installed and whether it goes live.

        Returns:
            The row; None if it was not running any more, and nothing was changed.
        """

        def unit(connection: Connection) -> TrainingRun | None:
            at = self._clock()
            report = {key: value for key, value in asdict(ending).items() if key != "report"}
            report["report"] = dict(ending.report.told) if ending.report is not None else None
            changed = connection.execute(
                update(training_run)
                .where(and_(training_run.c.number == number, training_run.c.state == RunState.RUNNING))
                .values(state=ending.state, ended_at=at, report=report)
            )
            if not changed.rowcount:
                return None
            if installed is not None:
                note(connection, at, installed)
                if ending.decision is Decision.ACTIVATED:
                    promote(connection, at, installed.name, installed.version)
            run = _find(connection, number)
            detail = {"run": number, "model": run.model, "version": run.version, "outcome": _outcome(ending)}
            auditing.note(
                connection, at, run.user_id or NOBODY, "retrain ended", guild_id=run.wanted.guild_id, detail=detail
            )
            return run

        return await self._database.write(unit)

    async def versions_on_the_way(self, name: str) -> set[int]:
        """Versions of a model that accepted pieces still need."""
        query = (
            select(generation.c.version)
            .distinct()
            .where(generation.c.model == name, generation.c.state.in_(list(ON_THE_WAY)))
        )
        return await self._database.read(lambda connection: set(connection.scalars(query)))


def _outcome(ending: Ending) -> str:
    return ending.failure or str(ending.decision or ending.state)


def _next_version(connection: Connection, name: str) -> int:
    known = connection.scalar(select(func.max(model.c.version)).where(model.c.name == name)) or 0
    tried = connection.scalar(select(func.max(training_run.c.version)).where(training_run.c.model == name)) or 0
    return max(known + 1, tried + 1, FIRST_LEARNED)


def _find(connection: Connection, number: int) -> TrainingRun:
    query = select(training_run).where(training_run.c.number == number)
    return _to_run(connection.execute(query).mappings().one())


def _to_run(row: RowMapping) -> TrainingRun:
    options = {key: value for key, value in row["options"].items() if key in _ASKED}
    wanted = TrainingRequest(**{**options, "activate": Activate(options["activate"])}, user_id=row["user_id"] or NOBODY)
    return TrainingRun(
        number=row["number"],
        model=row["model"],
        parent=row["parent"],
        version=row["version"],
        user_id=row["user_id"],
        state=RunState(row["state"]),
        wanted=wanted,
        message_id=row["options"].get(_MESSAGE),
        started_at=row["started_at"],
        ended_at=row["ended_at"],
    )


_ASKED = {field.name for field in fields(TrainingRequest)} - set(_OWN_COLUMNS)
