"""What Discord says about the token, the application and the servers; asked over plain HTTP, with no gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot.discord_ui.permissions import needed_permissions
from bot.doctor.finding import Finding, counted, ill, well
from bot.errors import SettingsError

if TYPE_CHECKING:
    from bot.settings import Settings

API = "https://discord.com/api/v10"
_TIMEOUT = aiohttp.ClientTimeout(total=15)
_UNAUTHORIZED = 401
_MOST_NAMED = 5


class _Unanswered(Exception):  # noqa: N818 - it is turned into a finding
    """Discord could not be asked, or answered with an error."""


async def examine_discord(settings: Settings) -> list[Finding]:
    """Check the token and, if it is good, all that can be asked with it."""
    try:
        token = settings.token
    except SettingsError as error:
        return [ill("token", str(error))]
    needed = needed_permissions(voice=settings.voice)
    agent = "DiscordBot (Cadenza, 1)"
    headers = {"Authorization": f"Bot {token}", "User-Agent": agent}
    async with aiohttp.ClientSession(headers=headers, timeout=_TIMEOUT) as session:
        ask = _Asker(session, settings)
        try:
            person = await ask("/users/@me")
            return [
                well("token", f"is that of {person['username']}"),
                await _gateway(ask),
                *await _servers(ask, needed),
                await _invite(ask, needed),
            ]
        except _Unanswered as error:
            return [ill("token", str(error))]


class _Asker:
    """Gets what is at a path of the API."""

    def __init__(self, session: aiohttp.ClientSession, settings: Settings) -> None:
        self._session = session
        self._base = settings.discord_api_base or API
        self._proxy = settings.discord_proxy

    async def __call__(self, path: str) -> Any:  # noqa: ANN401 - JSON
        try:
            async with self._session.get(self._base + path, proxy=self._proxy) as response:
                if response.status == _UNAUTHORIZED:
                    raise _Unanswered("Discord does not know it; copy it anew from the page Bot of your application")
                if not response.ok:
                    raise _Unanswered(f"Discord answered {path} with status {response.status}; try again later")
                return await response.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise _Unanswered(f"Discord cannot be reached at {self._base} ({type(error).__name__})") from error


async def _gateway(ask: _Asker) -> Finding:
    """How many sessions may still be begun today; no intent that we ask for has to be allowed by Discord."""
    answer = await ask("/gateway/bot")
    left = answer.get("session_start_limit", {}).get("remaining", 1)
    told = f"no privileged ones needed; {counted(left, 'start')} left today"
    return well("intents", told) if left else ill("intents", "no start of a session is left today; wait for tomorrow")


async def _servers(ask: _Asker, needed: discord.Permissions) -> list[Finding]:
    """Whether the bot's role has on each server what it needs; channels may take it away again."""
    guilds = await ask("/users/@me/guilds")
    if not guilds:
        return [well("permissions", "on no server yet; invite it with the link below")]
    lacking = [(guild["name"], _missing(int(guild.get("permissions", needed.value)), needed)) for guild in guilds]
    bad = [f"{name} lacks {', '.join(names)}" for name, names in lacking if names]
    if not bad:
        return [well("permissions", f"all there on {counted(len(guilds), 'server')}")]
    return [ill("permissions", told) for told in bad[:_MOST_NAMED]]


def _missing(granted: int, needed: discord.Permissions) -> list[str]:
    permissions = discord.Permissions(granted)
    if permissions.administrator:
        return []
    return [name.replace("_", " ") for name, is_needed in needed if is_needed and not getattr(permissions, name)]


async def _invite(ask: _Asker, needed: discord.Permissions) -> Finding:
    application = await ask("/applications/@me")
    query = f"client_id={application['id']}&permissions={needed.value}&scope=bot%20applications.commands"
    return well("invite", f"https://discord.com/oauth2/authorize?{query}")
