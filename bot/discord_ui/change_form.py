"""The form behind 🎛: a piece's settings, filled in, to be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from bot.discord_ui.refusal_texts import RefusalError, Words, shown
from bot.discord_ui.texts.sentences import load
from composer.errors import RequestError
from composer.parsing import parse_key
from composer.performance.instruments import INSTRUMENTS
from composer.request import FASTEST, LONGEST, SHORTEST, SLOWEST
from composer.tokens.conditions import STYLES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.discord_ui.texts.sentences import Sentences

    FormHandler = Callable[[discord.Interaction[Any], str], Awaitable[None]]

PREFIX = "cadenza:changed:"
"""Of the form's custom id; the piece's number follows, so that it can be handed in after a restart."""

OPEN_FOR = 15 * 60.0
"""Seconds in which discord.py remembers the form; it works without."""

_IN_LINE = ("model", "tempo", "creativity", "seed")
_MINUTE = 60

Settings = dict[str, object]
"""Options by their English names, as `composer.request.from_settings` reads them; what is left out is open."""


class ChangeForm(discord.ui.Modal):
    """What may be changed; `submitted` reads what comes back."""

    def __init__(self, number: int, settings: Mapping[str, object], say: Sentences) -> None:
        """Fill it in."""
        super().__init__(title=say("change.title", number=number), timeout=OPEN_FOR, custom_id=f"{PREFIX}{number}")
        self._say = say
        length = float(str(settings.get("length", 60)))
        self._add("length", discord.ui.TextInput(default=f"{length:g}", max_length=6, custom_id="length"))
        self._add("style", self._choice("style", STYLES, settings.get("style")))
        names = [instrument.name for instrument in INSTRUMENTS]
        self._add("instrument", self._choice("instrument", names, settings.get("instrument")))
        key = str(settings.get("key") or "")
        self._add("key", discord.ui.TextInput(default=key, required=False, max_length=20, custom_id="key"))
        line = in_line(settings, say)
        field: discord.ui.TextInput[Any] = discord.ui.TextInput(
            default=line, required=False, max_length=200, custom_id="more"
        )
        self._add("more", field, about=say("change.more_about"))

    def _add(self, name: str, component: discord.ui.Item[Any], *, about: str | None = None) -> None:
        self.add_item(discord.ui.Label(text=self._say(f"change.{name}"), description=about, component=component))

    def _choice(self, table: str, names: tuple[str, ...] | list[str], chosen: object) -> discord.ui.Select[Any]:
        options = [
            discord.SelectOption(label=self._say(f"{table}.{name}"), value=name, default=name == chosen)
            for name in names
        ]
        return discord.ui.Select(options=options, min_values=0, max_values=1, required=False, custom_id=table)


def in_line(settings: Mapping[str, object], say: Sentences) -> str:
    """Options as they are typed after a command: tempo:72 seed:81723."""
    given = ((name, settings.get(name)) for name in _IN_LINE)
    return " ".join(f"{say(f'option.{name}.name')}:{_typed(value)}" for name, value in given if value is not None)


def _typed(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def submitted(data: Mapping[str, Any], say: Sentences) -> Settings:
    """The settings that a form was handed in with.

    Args:
        data: Of the interaction, as Discord sends it.
        say: The person's catalogue, whose names of options are understood beside the English ones.

    Raises:
        RefusalError: If something in it cannot be understood.
    """
    fields = dict(_fields(data.get("components", ())))
    settings: Settings = {"length": _seconds(fields.get("length", ""))}
    for name in ("style", "instrument"):
        if fields.get(name):
            settings[name] = fields[name]
    if key := fields.get("key", "").strip():
        settings["key"] = key_of(key)
    return {**settings, **_from_line(fields.get("more", ""), say)}


def _fields(components: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - Discord's JSON
    found = []
    for component in components:
        inner = component.get("component") or next(iter(component.get("components", ())), None)
        if inner is not None:
            values = inner.get("values")
            found.append((inner.get("custom_id", ""), values[0] if values else inner.get("value") or ""))
    return found


def _seconds(text: str) -> float:
    """Seconds, or minutes and seconds: 90, 1:30."""
    minutes, colon, seconds = text.strip().partition(":")
    try:
        length = _MINUTE * int(minutes) + int(seconds) if colon else float(minutes.replace(",", "."))
    except ValueError:
        length = -1.0
    return _within("length", length, SHORTEST, LONGEST)


def key_of(text: str) -> str:
    """A key as it stands in the settings.

    Raises:
        RefusalError: If it is none.
    """
    try:
        return str(parse_key(text))
    except RequestError:
        raise RefusalError("refusal.key", value=shown(text)) from None


def _from_line(text: str, say: Sentences) -> Settings:
    names = {catalogue(f"option.{name}.name"): name for catalogue in (load("en"), say) for name in _IN_LINE}
    settings: Settings = {}
    for word in text.split():
        name, _, value = word.partition(":")
        known = names.get(name.lower())
        if known is None or not value:
            raise RefusalError("refusal.unclear", value=shown(word))
        settings[known] = _READERS[known](value)
    return settings


def _number(name: str, low: float, high: float, kind: Callable[[str], float]) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            return _within(name, kind(text.replace(",", ".")), low, high)
        except ValueError:
            return _within(name, low - 1, low, high)

    return read


def _within(name: str, value: float, low: float, high: float) -> float:
    # Written so that not-a-number fails as well.
    if not low <= value <= high:
        raise RefusalError("refusal.range", option=Words(f"option.{name}.name"), low=f"{low:.0f}", high=f"{high:.0f}")
    return value


_READERS: dict[str, Callable[[str], object]] = {
    "model": str,
    "tempo": _number("tempo", SLOWEST, FASTEST, float),
    "creativity": _number("creativity", 0, 1, float),
    "seed": _number("seed", 0, 2**53 - 1, int),
}
