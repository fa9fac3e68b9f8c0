"""The bot from its start to the signal that ends it."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

import discord
import structlog

from bot.app import open_app
from bot.discord_ui.cogs import all_cogs
from bot.discord_ui.connection import run
from bot.discord_ui.voice.needs import missing_for_voice
from bot.errors import BotError, SettingsError, TemporaryTrouble, report
from bot.storage.dialects.faults import is_passing
from composer.errors import ComposerError

if TYPE_CHECKING:
    from bot.settings import Settings

log = structlog.stdlib.get_logger(__name__)

SIGNALS = (signal.SIGTERM, signal.SIGINT)


async def serve(settings: Settings) -> int:
    """Run until SIGTERM or SIGINT.

    Returns:
        0 after an orderly end; 1 after an unexpected error, which the log holds.

    Raises:
        SettingsError: Something is missing or wrong, such as the token.
        TemporaryTrouble: Something that passes keeps the bot from starting, or from going on.
        MachineError: No models, no FluidSynth or no soundfont are installed.
    """
    _check_voice(settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, _stop, stop, number)
    try:
        async with open_app(settings) as app:
            log.info("starting", data=str(settings.data_dir), models=app.catalogue.names())
            await run(app, stop, add_cogs=all_cogs.add_all)
    except discord.LoginFailure as error:
        raise SettingsError(
            "DISCORD_TOKEN: Discord does not know this token; copy it anew from the page Bot of your application"
        ) from error
    except (BotError, ComposerError):
        raise
    except Exception as error:
        # Told in the log, where secrets are taken out, and not as a bare traceback.
        if is_passing(error):
            raise TemporaryTrouble(f"the database cannot be used now: {getattr(error, 'orig', error)}") from error
        report(error, "ended by an error")
        return 1
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
    log.info("stopped")
    return 0


def _check_voice(settings: Settings) -> None:
    """Say at the start that voice is wanted and something is missing for it, not when somebody wants to listen.

    Raises:
        SettingsError: It says what to install.
    """
    missing = missing_for_voice() if settings.voice else None
    if missing is not None:
        raise SettingsError(f"CADENZA_VOICE: {missing}")


def _stop(stop: asyncio.Event, number: signal.Signals) -> None:
    log.info("stopping", signal=number.name)
    stop.set()
