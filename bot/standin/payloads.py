"""What is there, as Discord writes it down."""

from __future__ import annotations

import mimetypes
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from bot.standin.world import ADMINISTRATOR, ALL_PERMISSIONS, EPHEMERAL, OF_A_MEMBER, TEXT_CHANNEL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.standin.world import Attachment, Channel, Guild, Interaction, Json, Message, Person

SOURCE = re.compile(r"attachment://(.+)")


def user(person: Person) -> Json:
    return {
        "id": str(person.id),
        "username": person.name,
        "global_name": None if person.bot else person.name.title(),
        "discriminator": "0",
        "avatar": None,
        "bot": person.bot,
        "public_flags": 0,
    }


def member(guild: Guild, person: Person) -> Json:
    """As an interaction carries it: with permissions."""
    return {
        "user": user(person),
        "roles": [str(guild.bot_role)] if person.bot else [],
        "joined_at": "2026-01-01T00:00:00+00:00",
        "permissions": str(_all_permissions(guild.members.get(person, OF_A_MEMBER))),
        "deaf": False,
        "mute": False,
        "flags": 0,
    }


def _all_permissions(given: int) -> int:
    """With those that come with being an administrator."""
    return ALL_PERMISSIONS if given & ADMINISTRATOR else given


def _role(role: int, name: str, permissions: int, position: int) -> Json:
    return {
        "id": str(role),
        "name": name,
        "permissions": str(permissions),
        "position": position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": position > 0,
        "mentionable": False,
        "flags": 0,
    }


def channel(place: Channel) -> Json:
    if place.guild is None:
        recipients = [user(place.recipient)] if place.recipient else []
        return {"id": str(place.id), "type": 1, "last_message_id": None, "recipients": recipients, "flags": 0}
    overwrite = {"id": str(place.guild.bot_role), "type": 0, "allow": "0", "deny": str(place.denied)}
    of_voice = {} if place.kind == TEXT_CHANNEL else {"bitrate": 64_000, "user_limit": 0, "rtc_region": None}
    return {
        "id": str(place.id),
        "guild_id": str(place.guild.id),
        "type": place.kind,
        "name": place.name,
        "position": place.guild.channels.index(place),
        "permission_overwrites": [overwrite] if place.denied else [],
        "nsfw": False,
        "parent_id": None,
        "topic": None,
        "last_message_id": None,
        "rate_limit_per_user": 0,
        "flags": 0,
        **of_voice,
    }


def voice_state(guild: Guild, person: Person, session_id: str = "elsewhere") -> Json:
    """Where somebody is in voice; nowhere, if they just left."""
    place = guild.voices.get(person)
    flags = ("deaf", "mute", "self_deaf", "self_mute", "self_video", "suppress")
    return {
        "guild_id": str(guild.id),
        "channel_id": None if place is None else str(place.id),
        "user_id": str(person.id),
        "session_id": session_id,
        "request_to_speak_timestamp": None,
        **dict.fromkeys(flags, False),
    }


def guild(place: Guild, bot: Person) -> Json:
    """As GUILD_CREATE carries it: with the bot as the only member."""
    roles = [_role(place.id, "@everyone", 0, 0), _role(place.bot_role, bot.name, place.bot_permissions, 1)]
    return {
        "id": str(place.id),
        "name": place.name,
        "owner_id": str(place.owner.id),
        "preferred_locale": place.locale,
        "member_count": len(place.members) + 1,
        "roles": roles,
        "channels": [channel(each) for each in place.channels],
        "members": [member(place, bot)],
        "joined_at": "2026-01-01T00:00:00+00:00",
        "large": False,
        "unavailable": False,
        "premium_tier": 0,
        "voice_states": [voice_state(place, person) for person in place.voices],
        **{name: [] for name in ("emojis", "stickers", "features", "presences", "threads")},
        **{name: [] for name in ("stage_instances", "guild_scheduled_events", "soundboard_sounds")},
    }


def attachment(file: Attachment, base: str, *, ephemeral: bool = False) -> Json:
    url = f"{base}/attachments/{file.id}/{quote(file.filename)}"
    written: Json = {
        "id": str(file.id),
        "filename": file.filename,
        "size": len(file.content),
        "url": url,
        "proxy_url": url,
        "content_type": mimetypes.guess_type(file.filename)[0] or "application/octet-stream",
    }
    if file.description:
        written["description"] = file.description
    if ephemeral:
        written["ephemeral"] = True
    if size := _size_of_png(file.content):
        written["width"], written["height"] = size
    return written


def _size_of_png(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG file, which stand in its first chunk; of nothing else."""
    if content[:8] != b"\x89PNG\r\n\x1a\n" or len(content) < 24:
        return None
    return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])


def shown_in_embeds(message: Message) -> Iterator[str]:
    """Names of the files that an embed shows; Discord lists them no more as attachments."""
    for embed in message.embeds:
        for part in ("image", "thumbnail"):
            if found := SOURCE.fullmatch(embed.get(part, {}).get("url", "")):
                yield found[1]


def _embed(message: Message, embed: Json, base: str) -> Json:
    written = {"type": "rich", **embed}
    files = {file.filename: attachment(file, base) for file in message.attachments}
    for part in ("image", "thumbnail"):
        if part in embed and (found := SOURCE.fullmatch(embed[part]["url"])):
            file = files.get(found[1], {"url": ""})
            size = {key: file[key] for key in ("width", "height") if key in file}
            written[part] = {**embed[part], "url": file["url"], "proxy_url": file["url"], **size}
    return written


def _reactions(message: Message, bot: Person) -> list[Json]:
    return [
        {
            "emoji": emoji(name),
            "count": len(people),
            "count_details": {
                "normal": len(people) - _bursts(message, name),
                "burst": _bursts(message, name),
            },
            "me": bot in people,
            "me_burst": False,
            "burst_colors": [],
        }
        for name, people in message.reactions.items()
        if people
    ]


def _bursts(message: Message, name: str) -> int:
    return sum(each == name for each, _ in message.bursts)


def emoji(name: str) -> Json:
    return {"id": None, "name": name}


def message(text: Message, bot: Person, base: str) -> Json:
    hidden = set(shown_in_embeds(text))
    private = bool(text.flags & EPHEMERAL)
    shown = (file for file in text.attachments if file.filename not in hidden)
    listed = [attachment(file, base, ephemeral=private) for file in shown]
    written = {
        "id": str(text.id),
        "channel_id": str(text.channel.id),
        "type": 20 if text.interaction else 19 if text.reference else 0,
        "author": user(text.author),
        "content": text.content,
        "embeds": [_embed(text, embed, base) for embed in text.embeds],
        "attachments": listed,
        "components": text.components,
        "flags": text.flags,
        "timestamp": text.sent.isoformat(),
        "edited_timestamp": text.edited.isoformat() if text.edited else None,
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "pinned": False,
        "tts": False,
        "reactions": _reactions(text, bot),
    }
    if text.nonce is not None:
        written["nonce"] = text.nonce
    if text.reference:
        written["message_reference"] = {"message_id": str(text.reference), "channel_id": str(text.channel.id)}
    if text.interaction:
        written["application_id"] = written["webhook_id"] = str(bot.id)
        written["interaction_metadata"] = {
            "id": str(text.interaction.id),
            "type": text.interaction.type,
            "user": user(text.interaction.user),
            "authorizing_integration_owners": owners(text.interaction),
        }
    return written


def owners(interaction: Interaction) -> Json:
    """On whose behalf the bot is there: the guild's or the person's."""
    place = interaction.channel.guild
    if place is None:
        return {"0": "0"}
    return {"0": str(place.id)} if place.installed else {"1": str(interaction.user.id)}


def interaction(event: Interaction, bot: Person, base: str) -> Json:
    """As INTERACTION_CREATE carries it."""
    place = event.channel.guild
    written: Json = {
        "id": str(event.id),
        "application_id": str(bot.id),
        "type": event.type,
        "token": event.token,
        "version": 1,
        "data": event.data,
        "channel_id": str(event.channel.id),
        "channel": channel(event.channel),
        "locale": event.user.locale,
        "app_permissions": str(event.channel.permissions or OF_A_MEMBER),
        "entitlements": [],
        "authorizing_integration_owners": owners(event),
        "context": 1 if place is None else 0,
        "attachment_size_limit": event.channel.filesize_limit,
    }
    if place is None:
        written["user"] = user(event.user)
    else:
        written |= {"guild_id": str(place.id), "guild_locale": place.locale, "member": member(place, event.user)}
        written["guild"] = {"id": str(place.id), "locale": place.locale, "features": []}
    if event.source is not None:
        written["message"] = message(event.source, bot, base)
    return written
