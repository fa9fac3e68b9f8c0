"""What Discord refuses in messages.

Sources: https://docs.discord.com/developers/resources/message, /components/reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.standin import payloads
from bot.standin.rules.layout import layout
from bot.standin.rules.refusals import RefusedError
from bot.standin.world import COMPONENTS_V2

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.standin.world import Json

MESSAGE_FIELDS = {
    *("content", "embeds", "components", "attachments", "flags", "allowed_mentions", "tts", "poll"),
    *("nonce", "enforce_nonce", "message_reference", "sticker_ids", "username", "avatar_url"),
}
_EMBED_FIELDS = {
    *("type", "title", "description", "url", "timestamp", "color", "footer", "image", "thumbnail"),
    *("author", "fields", "video", "provider", "flags"),
}
_COMPONENT_FIELDS = {
    1: {"components"},
    2: {"style", "label", "emoji", "custom_id", "url", "disabled", "sku_id"},
    3: {"custom_id", "options", "placeholder", "min_values", "max_values", "disabled", "required"},
    **dict.fromkeys(
        (5, 6, 7, 8),
        {"custom_id", "placeholder", "min_values", "max_values", "disabled", "required", "channel_types"}
        | {"default_values"},
    ),
    9: {"components", "accessory"},
    10: {"content"},
    11: {"media", "description", "spoiler"},
    12: {"items"},
    13: {"file", "spoiler", "name", "size"},
    14: {"divider", "spacing"},
    17: {"components", "accent_color", "spoiler"},
}
_LAYOUT = {9, 10, 12, 13, 14, 17}
"""Types of component that only a message of the second version has."""


def check_message(data: Json, files: dict[int, str], *, editing: bool = False) -> None:
    """Refuse a message that Discord would.

    Args:
        data: The payload.
        files: Names of the uploaded files by their index.
        editing: Whether it changes a message, which may leave things out.

    Raises:
        RefusedError: With all that is wrong.
    """
    if not editing and not files and not any(data.get(part) for part in ("content", "embeds", "components", "poll")):
        raise RefusedError(50006)
    if problems := list(_problems(data, files)):
        raise RefusedError(50035, problems)


def _problems(data: Json, files: dict[int, str]) -> Iterator[str]:
    yield from unknown("message", data, MESSAGE_FIELDS)
    yield from length("content", data.get("content"), 2000)
    yield from length("nonce", data.get("nonce"), 25)
    yield from _attachments(data, files)
    embeds = data.get("embeds") or []
    if len(embeds) > 10:
        yield f"embeds: {len(embeds)}, at most 10"
    if (total := sum(_letters(embed) for embed in embeds)) > 6000:
        yield f"embeds: {total} characters in all, at most 6000"
    for embed in embeds:
        yield from _embed(embed, set(files.values()), data)
    yield from _components(data.get("components") or [], second=bool((data.get("flags") or 0) & COMPONENTS_V2))
    if (data.get("flags") or 0) & COMPONENTS_V2 and (data.get("content") or embeds):
        yield "content and embeds: not with components of the second version"


def unknown(what: str, data: Json, known: set[str]) -> Iterator[str]:
    """Say which fields there are not."""
    for name in sorted(set(data) - known):
        yield f"{what}.{name}: no such field"


def length(what: str, text: Any, most: int, least: int = 0) -> Iterator[str]:
    """Say where a text is no text, or is too long or too short."""
    if text is None and not least:
        return
    if not isinstance(text, str):
        yield f"{what}: {text!r} is no text"
    elif not least <= len(text) <= most:
        yield f"{what}: {len(text)} characters, from {least} to {most} are allowed"


def _attachments(data: Json, files: dict[int, str]) -> Iterator[str]:
    if len(files) > 10:
        yield f"files: {len(files)}, at most 10"
    if "attachments" not in data:
        return
    listed = [int(each["id"]) for each in data["attachments"] or []]
    if len(set(listed)) != len(listed):
        yield f"attachments: one id twice in {listed}"
    for index in sorted(set(files) - set(listed)):
        yield f"files[{index}]: not listed in attachments"
    for each in data["attachments"] or []:
        yield from length("attachment.description", each.get("description"), 1024)
        if int(each["id"]) < 100 and int(each["id"]) not in files:
            yield f"attachments: no file {each['id']} was uploaded"


def _letters(embed: Json) -> int:
    fields = embed.get("fields", [])
    texts = [embed.get("title"), embed.get("description"), embed.get("footer", {}).get("text")]
    texts += [embed.get("author", {}).get("name"), *(field.get(key) for field in fields for key in ("name", "value"))]
    return sum(len(text) for text in texts if text)


def _embed(embed: Json, files: set[str], data: Json) -> Iterator[str]:
    yield from unknown("embed", embed, _EMBED_FIELDS)
    yield from length("embed.title", embed.get("title"), 256)
    yield from length("embed.description", embed.get("description"), 4096)
    yield from length("embed.footer.text", embed.get("footer", {}).get("text"), 2048)
    yield from length("embed.author.name", embed.get("author", {}).get("name"), 256)
    if len(embed.get("fields", [])) > 25:
        yield "embed.fields: more than 25"
    for field in embed.get("fields", []):
        yield from length("embed.field.name", field.get("name"), 256, 1)
        yield from length("embed.field.value", field.get("value"), 1024, 1)
    for part in ("image", "thumbnail"):
        url = embed.get(part, {}).get("url", "https://")
        found = payloads.SOURCE.fullmatch(url)
        if not found and not url.startswith(("http://", "https://")):
            yield f"embed.{part}.url: scheme of {url!r}"
        # A file that is kept is known by its id alone, so its name cannot be checked here.
        kept = any(int(each["id"]) >= 100 for each in data.get("attachments") or []) or "attachments" not in data
        if found and found[1] not in files and not kept:
            yield f"embed.{part}.url: no file called {found[1]}"


def _components(components: list[Json], *, second: bool) -> Iterator[str]:
    everything = list(_walk(components))
    if second:
        yield from layout(components, everything)
    if not second and len(components) > 5:
        yield f"components: {len(components)} rows, at most 5"
    if not second and any(each["type"] != 1 for each in components):
        yield "components: outside a row"
    ids = [each["custom_id"] for each in everything if each.get("custom_id")]
    for repeated in sorted({each for each in ids if ids.count(each) > 1}):
        yield f"components: custom_id {repeated!r} twice"
    for each in everything:
        yield from _component(each, second=second)


def _walk(components: list[Json]) -> Iterator[Json]:
    for each in components:
        yield each
        yield from _walk(each.get("components", []))
        yield from _walk([each["accessory"]] if "accessory" in each else [])


def _component(component: Json, *, second: bool) -> Iterator[str]:
    kind = component["type"]
    if kind not in _COMPONENT_FIELDS or (kind in _LAYOUT and not second):
        yield f"component: type {kind} not here"
        return
    yield from unknown(f"component of type {kind}", component, _COMPONENT_FIELDS[kind] | {"type", "id"})
    match kind:
        case 1:
            inner = component["components"]
            if not 1 <= len(inner) <= 5 or (len(inner) > 1 and any(each["type"] != 2 for each in inner)):
                yield "row: it holds 1 to 5 buttons or one select"
        case 2:
            yield from _button(component)
        case 3:
            yield from length("select.custom_id", component.get("custom_id"), 100, 1)
            yield from length("select.placeholder", component.get("placeholder"), 150)
            yield from options(component.get("options", []))
        case 10:
            yield from length("text", component.get("content"), 4000, 1)


def _button(button: Json) -> Iterator[str]:
    yield from length("button.label", button.get("label"), 80)
    if not button.get("label") and not button.get("emoji"):
        yield "button: neither label nor emoji"
    if button.get("style") == 5:
        yield from length("button.url", button.get("url"), 512, 1)
    else:
        yield from length("button.custom_id", button.get("custom_id"), 100, 1)


def options(choices: list[Json], fewest: int = 1, most: int = 25) -> Iterator[str]:
    """Say what is wrong with the options of a select or a group."""
    if not fewest <= len(choices) <= most:
        yield f"options: {len(choices)}, from {fewest} to {most} are allowed"
    for choice in choices:
        yield from unknown("option", choice, {"label", "value", "description", "emoji", "default"})
        yield from length("option.label", choice.get("label"), 100, 1)
        yield from length("option.value", choice.get("value"), 100, 1)
        yield from length("option.description", choice.get("description"), 100)
