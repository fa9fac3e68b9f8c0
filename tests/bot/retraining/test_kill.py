"""The bot or the trainer killed with -9 while training: the old model composes, and the next training is possible."""

from __future__ import annotations

import os
import signal
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from bot.standin.server import StandIn
from tests.bot.process import ROOT, BotProcess
from tests.bot.retraining import fake_trainer
from tests.bot.retraining.retraining_harness import heard, instruct, next_candidate_in, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.standin.world import Message, Person

RUNS = "select state, version from training_run order by number"
LIVE = "select version from model where name = 'tiny' and promoted_at is not null order by promoted_at"


@dataclass(slots=True)
class TrainingKillHarness:
    """A stand-in, the bot as a process, an admin, and where the fake trainer is told things."""

    discord: StandIn
    bot: BotProcess
    admin: Person
    trainer_folder: Path

    @property
    def messages(self) -> list[Message]:
        return self.discord.messages(self.discord.state.guilds[0].channel)

    async def retrain(self) -> int:
        """Begin a training, and wait until the trainer works; gives the trainer's process."""
        (self.trainer_folder / "heard.json").unlink(missing_ok=True)
        channel = self.discord.state.guilds[0].channel
        await self.discord.slash("admin retrain", user=self.admin, channel=channel, model="tiny", minutes=1)
        await self.told("Learning to choose")
        return int(heard(self.trainer_folder)["pid"])

    async def retrain_to_the_end(self) -> None:
        """Train until the new version composes."""
        channel = self.discord.state.guilds[0].channel
        await self.discord.slash("admin retrain", user=self.admin, channel=channel, model="tiny", minutes=1)
        await self.told("composes from now on")

    async def told(self, words: str) -> None:
        """Wait until the newest message says so."""
        await self.discord.until(lambda: words in self.messages[-1].text, f"a message with {words!r}", seconds=60)


def install_fake_trainer(folder: Path) -> Path:
    """Put a package into the folder that is called as the real trainer, and is found before it."""
    package = folder / "packages" / "training"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", "utf-8")
    # `python -m training retrain` names the command first.
    lines = ("import runpy, sys", "del sys.argv[1]", f"runpy.run_path({fake_trainer.__file__!r}, run_name='__main__')")
    (package / "__main__.py").write_text("\n".join(lines), "utf-8")
    return package.parent


@asynccontextmanager
async def open_harness(folder: Path) -> AsyncIterator[TrainingKillHarness]:
    trainer_folder = folder / "trainer"
    trainer_folder.mkdir()
    instruct(trainer_folder)
    async with StandIn() as stand_in:
        stand_in.add_guild()
        admin = stand_in.state.owner
        ben = stand_in.add_person("ben")
        settings = {
            "PYTHONPATH": f"{install_fake_trainer(folder)}{os.pathsep}{ROOT}",
            "FAKE_TRAINER": str(trainer_folder),
            "ADMIN_IDS": str(admin.id),
            "CADENZA_TRAINING_PIECES": "1",
            "CADENZA_TRAINING_PEOPLE": "1",
            "CADENZA_WORKERS": "1",
        }
        async with BotProcess(stand_in, folder, **settings) as bot:
            await stand_in.ready()
            here = TrainingKillHarness(stand_in, bot, admin, trainer_folder)
            await rated_piece(here, ben)
            yield here
        assert not stand_in.violations


async def rated_piece(here: TrainingKillHarness, by: Person) -> None:
    channel = here.discord.state.guilds[0].channel
    asked = await here.discord.slash("compose", user=here.admin, channel=channel, options={"length": 5})
    await here.discord.until(lambda: len(asked.message.reactions) == 3, "the reactions", seconds=60)
    await here.discord.react(asked.message, "👍", user=by)
    await until(lambda: bool(here.bot.rows("select 1 from rating")))  # the stand-in does not see it


def gone(pid: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    return True


async def test_the_bot_killed_while_training_finds_it_lost_and_trains_again(tmp_path: Path):
    async with open_harness(tmp_path) as here:
        instruct(here.trainer_folder, wait=True)
        trainer = await here.retrain()
        await here.bot.kill()
        states = here.bot.rows(RUNS)
        await here.bot.start()
        await here.told("I was cut off while training. Please ask again. tiny composes as before.")
        await until(lambda: gone(trainer))

        assert states == [("running", 101)]
        assert here.bot.rows(RUNS) == [("lost", 101)]
        assert here.bot.rows(LIVE) == [(1,)]
        assert list((tmp_path / "data" / "training").glob("*")) == []

        instruct(here.trainer_folder)
        next_candidate_in(here.trainer_folder, 102)
        await here.retrain_to_the_end()
        await here.bot.stop()
        assert here.bot.rows(RUNS) == [("lost", 101), ("done", 102)]
        assert here.bot.rows(LIVE) == [(1,), (102,)]


async def test_the_trainer_killed_is_told_and_a_second_training_succeeds(tmp_path: Path):
    async with open_harness(tmp_path) as here:
        instruct(here.trainer_folder, wait=True)
        os.kill(await here.retrain(), signal.SIGKILL)
        await here.told("Signal 9 ended the training")
        states = here.bot.rows(RUNS)
        instruct(here.trainer_folder)
        next_candidate_in(here.trainer_folder, 102)
        await here.retrain_to_the_end()
        await here.bot.stop()

        assert states == [("failed", 101)]
        assert here.bot.rows(RUNS) == [("failed", 101), ("done", 102)]


async def test_the_bot_stopped_while_training_leaves_nothing_running(tmp_path: Path):
    async with open_harness(tmp_path) as here:
        instruct(here.trainer_folder, wait=True)
        trainer = await here.retrain()

        assert await here.bot.stop() == 0
        assert gone(trainer)
        assert here.bot.rows(RUNS) == [("cancelled", 101)]
        assert "I was stopped in the meantime" in here.messages[-1].text
