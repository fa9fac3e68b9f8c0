"""The form behind 🎛: a piece's settings, filled in, to be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from bot.discord_ui.options.values import SHOWN_OPTIONS, as_typed, read_text
from bot.discord_ui.refusal_texts import RefusalError, Words
from bot.discord_ui.texts.sentences import load
from composer.errors import shortened
from composer.models.model_names import name_in_full

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.discord_ui.texts.sentences import Sentences
    from composer.music.score import Key, Mode
    from composer.options import Option, Plain, Wishes

    FormHandler = Callable[[discord.Interaction[Any], str], Awaitable[None]]

PREFIX = "cadenza:changed:"
"""Beginning of the form's custom id; the piece's number follows, so that it can be handed in after a restart."""

OPEN_FOR = 15 * 60.0
"""Seconds in which discord.py remembers the form; it works without."""

_LONGEST_FIELD, _LONGEST_LINE = 20, 1500
"""Characters that one may type into a field."""

_IN_LINE = tuple(option for option in SHOWN_OPTIONS if not option.own_field)
_NOT_NOTES = {"instrument", "instrument_sound", "seed"}
"""Fields that may change while the same seed gives the same notes."""

_LINE = "more"
"""Custom id of the field for all options that have none of their own."""


class ChangeForm(discord.ui.Modal):
    """What may be changed; `submitted` reads what comes back."""

    def __init__(self, number: int, before: Wishes, say: Sentences) -> None:
        """Fill it in with what was said about the piece."""
        super().__init__(title=say("change.title", number=number), timeout=OPEN_FOR, custom_id=f"{PREFIX}{number}")
        self._say = say
        for option in SHOWN_OPTIONS:
            if option.own_field:
                self._add(option.name, self._field(option, before))
        line: discord.ui.TextInput[Any] = discord.ui.TextInput(
            default=in_line(before, say), required=False, max_length=_LONGEST_LINE, custom_id=_LINE
        )
        self._add(_LINE, line, about=say("change.more_about"))

    def _add(self, name: str, component: discord.ui.Item[Any], *, about: str | None = None) -> None:
        self.add_item(discord.ui.Label(text=self._say(f"change.{name}"), description=about, component=component))

    def _field(self, option: Option, before: Wishes) -> discord.ui.Item[Any]:
        if option.worded:
            listed = [
                discord.SelectOption(
                    label=self._say(f"{option.name}.{name}"), value=name, default=name == before.get(option.field)
                )
                for name in option.offered
            ]
            return discord.ui.Select(options=listed, min_values=0, required=False, custom_id=option.name)
        return discord.ui.TextInput(
            default=as_typed(option, before[option.field], self._say) if option.field in before else "",
            required=not option.may_be_any,
            max_length=_LONGEST_FIELD,
            custom_id=option.name,
        )


def in_line(wishes: Wishes, say: Sentences) -> str:
    """What was said about options without a field, as one types it after a command: tempo:72 seed:81723."""
    said = [option for option in _IN_LINE if option.field in wishes]
    return " ".join(
        f"{say(f'option.{option.name}.name')}:{as_typed(option, wishes[option.field], say)}" for option in said
    )


def submitted(data: Mapping[str, Any], say: Sentences, before: Wishes) -> dict[str, Plain]:
    """What a person said with a form.

    Args:
        data: Data of the interaction, as Discord sends it.
        say: The person's language, whose names of options are understood beside the English ones.
        before: Wishes for the piece as it was. Emptying a field says `any`; an empty one stays open.

    Raises:
        RefusalError: If something in it cannot be understood.
    """
    fields = dict(_fields(data.get("components", ())))
    wishes: dict[str, Plain] = {}
    for option in SHOWN_OPTIONS:
        text = fields.get(option.name, "").strip()
        if text or (option.own_field and not option.may_be_any and not option.worded):
            wishes[option.field] = read_text(option, text, say)
        elif option.name in fields and option.may_be_any and option.field in before:
            wishes[option.field] = None
    return name_in_full({**wishes, **_from_line(fields.get(_LINE, ""), say)})


def keeps_notes(before: Wishes, after: Wishes, sounding: str | None) -> bool:
    """Whether the same seed gives the same notes: only the instrument or its sound changes, or the key within its mode.

    Args:
        before: Wishes for the piece as it was.
        after: Wishes for the piece as it is to be.
        sounding: Key in which the piece stands; None where it is not known.
    """
    differing = {field for field in {*before, *after} if before.get(field) != after.get(field)} - _NOT_NOTES
    if differing != {"key"}:
        return not differing
    key = after.get("key")
    return key is not None and sounding is not None and _mode(str(key)) is _mode(sounding)


def _mode(key: str) -> Mode:
    value: Key = next(option for option in SHOWN_OPTIONS if option.field == "key").value_of(key)
    return value.mode


def _fields(components: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - Discord's JSON
    found = []
    for component in components:
        inner = component.get("component") or next(iter(component.get("components", ())), None)
        if inner is not None:
            found.append((inner.get("custom_id", ""), _text_in(inner)))
    return found


def _text_in(field: Mapping[str, Any]) -> str:
    values = field.get("values")
    text = (values[0] if isinstance(values, list) else values) if values else field.get("value") or ""
    if not isinstance(text, str):
        raise RefusalError("trouble.expired")
    return text


def _from_line(text: str, say: Sentences) -> dict[str, Plain]:
    names = {language(f"option.{option.name}.name"): option for language in (load("en"), say) for option in _IN_LINE}
    if len(text) > _LONGEST_LINE:
        raise RefusalError("refusal.long", option=Words("change.more"), most=_LONGEST_LINE)
    said: dict[str, tuple[Option, list[str]]] = {}
    last = ""
    for word in text.split():
        name, colon, value = word.partition(":")
        option = names.get(name.lower())
        if option is not None and value:
            last = option.field
            said[last] = option, [value]
        elif last and not colon and not said[last][0].is_number:
            # A text of several words goes on: rolls:7 3 11.
            said[last][1].append(word)
        else:
            raise RefusalError("refusal.unclear", value=shortened(word))
    return {field: read_text(option, " ".join(words), say) for field, (option, words) in said.items()}
