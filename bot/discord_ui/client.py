"""The bot itself: what it hears, what it offers, and whom it lets in."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_ui import error_replies, registration
from bot.discord_ui.battles.battle_board import BattleBoard
from bot.discord_ui.battles.daily_battles import DailyBattles, keep_looking
from bot.discord_ui.buttons import Press
from bot.discord_ui.client_options import client_options
from bot.discord_ui.delivery.courier import Courier
from bot.discord_ui.delivery.discord_time import DiscordTime
from bot.discord_ui.delivery.family import Family
from bot.discord_ui.delivery.message_remover import MessageRemover
from bot.discord_ui.delivery.presence import Presence
from bot.discord_ui.delivery.promises import Promises
from bot.discord_ui.delivery.upgrade_questions import ask_about_upgrades
from bot.discord_ui.delivery.voting import Voting
from bot.discord_ui.options.value_checks import check_values, may_be_typed
from bot.discord_ui.piece_menu import PieceMenu
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.translator import Translator
from bot.discord_ui.training_messages import TrainingMessages
from bot.storage.files.open_answers import OpenAnswers

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from bot.app import App
    from bot.discord_ui.buttons import Handler
    from bot.discord_ui.options.change_form import FormHandler
    from bot.domain.shards import ShardShare

_HANDLERS = ("discord.py: ", "discord-ui-", "CommandTree-invoker")
"""How the names of the tasks begin in which the library handles an event."""

_LATENCY_EVERY = 30.0
"""Seconds between two looks at the gateway's latency."""


class Tree(app_commands.CommandTree["Cadenza"]):
    """The commands: what they are given is checked in one place, and one handler answers all of their errors."""

    async def interaction_check(self, interaction: discord.Interaction[Cadenza], /) -> bool:
        """Whether a command is carried out; who is refused is told why, but not while still typing."""
        if interaction.type is discord.InteractionType.autocomplete:
            return await self._may_be_completed(interaction)
        try:
            await self.client.let_in(interaction)
            check_values(interaction)
        except Exception as error:  # noqa: BLE001 - told and logged, as for commands
            await self.client.answer_error(interaction, error)
            return False
        return True

    async def _may_be_completed(self, interaction: discord.Interaction[Cadenza]) -> bool:
        """Whether something is proposed for what is being typed; otherwise the answer is an empty list, not silence."""
        blocked = self.client.app.store.blocklist.has(interaction.user.id, interaction.guild_id)
        if not blocked and may_be_typed(interaction):
            return True
        with suppress(discord.HTTPException):
            await interaction.response.autocomplete([])
        return False

    async def on_error(self, interaction: discord.Interaction[Cadenza], error: app_commands.AppCommandError, /) -> None:
        """Hand it to the bot's own handler, without discord.py's wrapping."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await self.client.answer_error(interaction, cause)


class Cadenza(commands.Bot):
    """The client.

    Attributes:
        app: Parts that do not know Discord.
        discord_time: Discord's clock.
        menu: Menu of what can be done with a piece, which cogs fill.
        courier: Audience that delivers pieces.
        battle_board: Board that keeps the messages of battles right.
        daily_battles: What begins the battle of the day where a server wants one.
        presence: What stands below the bot's name.
        promises: Answers that are promised before they are given.
        remover: Remover of messages whose pieces were erased.
        training_messages: Messages that tell of trainings.
        presses: Function that answers a button, by its action; cogs add theirs.
        forms: Function that reads a form when it is handed in, by the prefix of its custom id.
        home: The home server, if there is one.
        begun: Whether the work was taken up.
        fault: Why the work could not be taken up.
        broken: Event that is set when there is a `fault`: such a bot would accept pieces and never compose one.
        in_order: Lock that is held while a rating is noted, so that what people do counts in the order in which they
            did it. Nobody who holds it waits for Discord.
    """

    def __init__(
        self, app: App, add_cogs: Callable[[Cadenza], Awaitable[None]], share: ShardShare | None = None
    ) -> None:
        """Connect to nothing yet; `start` does that.

        Args:
            app: Parts that do not know Discord.
            add_cogs: Adds the commands, before anything is registered.
            share: Shards that are connected, for a client that has several; one connection has all servers otherwise.
        """
        voting = Voting(app.settings.votes, app.settings.share)
        super().__init__(tree_cls=Tree, **client_options(app, voting, share))
        self.app = app
        self.remover = MessageRemover(self, app.store.removals)
        self.promises = Promises(self, OpenAnswers(app.settings.answers_folder), app.store, self.remover)
        self.discord_time = DiscordTime()
        self.menu = PieceMenu()
        self.courier = self._make_courier(voting)
        self.battle_board = BattleBoard(self, app.store)
        self.daily_battles = DailyBattles(self, app)
        self.presence = Presence(self, app.scheduler.workload)
        self.training_messages = TrainingMessages(self, app.store.runs, now=self.discord_time.now)
        self.presses: dict[str, Handler] = {}
        self.forms: dict[str, FormHandler] = {}
        self.home = discord.Object(home) if (home := app.settings.home_server) is not None else None
        self.in_order = asyncio.Lock()
        self._add_cogs = add_cogs
        self.fault: Exception | None = None
        self.broken = asyncio.Event()
        self.begun = False
        self._beside: list[asyncio.Task[None]] = []

    def _make_courier(self, voting: Voting) -> Courier:
        store, now = self.app.store, self.discord_time.now
        family = Family(store.generations, store.relatives)
        return Courier(self, self.app.orders, family, self.menu, by_buttons=voting.by_buttons, now=now)

    async def setup_hook(self) -> None:
        """Offer everything before the first event arrives."""
        await self.tree.set_translator(Translator())
        self.add_dynamic_items(Press)
        await self._add_cogs(self)
        await self.register()

    async def register(self, *, force: bool = False) -> tuple[int, int]:
        """Tell Discord of the commands that changed, and let sentences mention them by the ids that it gave."""
        preferences = self.app.store.preferences
        counts = await registration.register(self.tree, preferences, home=self.home, force=force)
        sentences.know_commands(await registration.command_ids(self.tree, preferences))
        return counts

    async def on_ready(self) -> None:
        """Take up the work, the first time; whenever Discord forgot us, tell the cogs that reactions were missed."""
        self.app.health.gateway_ready()
        self.presence.begun_anew()
        if not self.begun:
            self.begun = True
            try:
                await self._begin()
            except Exception as error:  # noqa: BLE001 - whoever runs the client raises it again
                self.fault = error
                self.broken.set()
                return
        self.dispatch("reactions_missed")
        await self._note_servers()

    async def _note_servers(self) -> None:
        """Note where the bot is; Discord tells of a server that it left only while it is connected."""
        await self.app.store.retention.servers_are([guild.id for guild in self.guilds])

    async def on_guild_join(self, _guild: discord.Guild) -> None:
        """Note that the bot is on one more server."""
        await self._note_servers()

    async def _begin(self) -> None:
        await self.app.scheduler.start(self.courier)
        await self.app.retraining.start(self.training_messages)
        self._beside = [asyncio.create_task(work) for work in self._work_beside()]

    def _work_beside(self) -> tuple[Coroutine[None, None, None], ...]:
        return (
            self._watch_latency(),
            self.remover.keep_removing(),
            ask_about_upgrades(self, self.app),
            self.promises.mend(),
            self.presence.keep_showing(),
            keep_looking(self.battle_board, self.daily_battles),
        )

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget what was decided on a server that the bot has left, and where pieces stand there."""
        await self.app.store.retention.server_left(guild.id)

    async def on_resumed(self) -> None:
        """Note that the gateway is back; Discord sends what was missed by itself."""
        self.app.health.gateway_resumed()

    async def on_disconnect(self) -> None:
        """Note that the gateway is gone; discord.py comes back by itself."""
        self.app.health.gateway_lost()

    async def on_message(self, message: discord.Message, /) -> None:
        """Read nothing that people write."""

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Take the time from it; read a form that was handed in, whether or not it was opened before a restart."""
        self.discord_time.hear(interaction.id)
        custom_id = interaction.custom_id or ""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        for prefix, handler in self.forms.items():
            if custom_id.startswith(prefix):
                try:
                    await self.let_in(interaction)
                    await handler(interaction, custom_id.removeprefix(prefix))
                except Exception as error:  # noqa: BLE001 - told and logged, as for commands
                    await self.answer_error(interaction, error)

    async def let_in(self, interaction: discord.Interaction[Any]) -> None:
        """Let everybody through who is not blocked; before a command, a button, a menu or a form does anything.

        Whoever runs the bot is not locked out, and nobody is kept from what is kept about them: `/privacy` answers all.

        Raises:
            RefusalError: The person or the server is blocked.
        """
        if not self.app.store.blocklist.has(interaction.user.id, interaction.guild_id):
            return
        if not _is_about_privacy(interaction) and not await self.is_operator(interaction.user.id):
            raise RefusalError("refusal.blocked")

    async def is_operator(self, user_id: int) -> bool:
        """Whether a person runs the bot: one of the application's owners, or of `ADMIN_IDS`."""
        person: Any = discord.Object(user_id)  # only its number is read
        return user_id in self.app.settings.admin_ids or await self.is_owner(person)

    async def answer_error(self, interaction: discord.Interaction[Any], error: Exception) -> None:
        """Answer whatever a command, button or form raised; see `bot.discord_ui.error_replies`."""
        if not await error_replies.answer(interaction, error):
            self.app.health.failed("interaction")
        self.promises.end(interaction.id)

    async def _watch_latency(self) -> None:
        while True:
            self.app.health.latency_is(self.latency)
            await asyncio.sleep(_LATENCY_EVERY)

    async def close(self) -> None:
        """End what runs beside the connection, then the connection, and what the last events had begun."""
        try:
            await _end(self._beside)
            await self.battle_board.close()
            await super().close()
        finally:
            await _end(_handlers())
            await _end(self._beside)  # a handler may just have begun it


def _handlers() -> list[asyncio.Task[Any]]:
    """Tasks in which the library handles events, but for the one that asks."""
    current = asyncio.current_task()
    return [each for each in asyncio.all_tasks() if each is not current and each.get_name().startswith(_HANDLERS)]


async def _end(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _is_about_privacy(interaction: discord.Interaction[Any]) -> bool:
    command = interaction.command
    root = command.root_parent if isinstance(command, app_commands.Command) else None
    return (root is not None and root.name == "privacy") or (interaction.custom_id or "").startswith("cadenza:forget:")
