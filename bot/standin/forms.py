"""What a client sends for a form that a bot opened: Discord calls them modals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.standin.invocations import resolve
from bot.standin.rules.forms import CHECKBOX, CHECKBOXES, FILES, RADIO, TEXT, TEXT_INPUT, fields
from bot.standin.rules.refusals import RefusedError

if TYPE_CHECKING:
    from bot.standin.state import State
    from bot.standin.world import Interaction, Json


def submission(state: State, opened: Interaction, values: Json) -> Json:
    """A filled form as it is sent.

    Args:
        state: State that keeps the files.
        opened: Interaction that opened it.
        values: Values by custom id, files as `Attachment`; all else stays as the bot filled it in.

    Raises:
        RefusedError: If a value does not fit its field.
    """
    if opened.modal is None:
        raise RefusedError(50035, ["no modal is open"])
    components = [_filled(component, values) for component in opened.modal["components"]]
    data: Json = {"custom_id": opened.modal["custom_id"], "components": components}
    files = [file for field in fields(opened.modal) if field["type"] == FILES for file in _chosen(field, values)]
    if resolved := resolve(state, files, opened.channel):
        data["resolved"] = resolved
    return data


def _filled(component: Json, values: Json) -> Json:
    if component["type"] == TEXT:
        return {"type": TEXT, "id": component.get("id", 1)}
    inner = [_answer(field, values) for field in fields({"components": [component]})]
    if component["type"] == 1:
        return {"type": 1, "components": inner}
    return {"type": component["type"], "component": inner[0]}


def _answer(field: Json, values: Json) -> Json:
    custom_id, kind = field["custom_id"], field["type"]
    answer: Json = {"type": kind, "custom_id": custom_id, "id": field.get("id", 1)}
    if kind == TEXT_INPUT:
        return answer | {"value": _text(field, values)}
    if kind == CHECKBOX:
        return answer | {"value": bool(values.get(custom_id, field.get("default")))}
    chosen = _chosen(field, values)
    if kind == RADIO:
        return answer | {"value": chosen[0] if chosen else None}
    return answer | {"values": [str(each.id) for each in chosen] if kind == FILES else chosen}


def _text(field: Json, values: Json) -> str:
    value = str(values.get(field["custom_id"], field.get("value") or ""))
    least = (field.get("min_length") or 1) if field.get("required", True) else 0
    if not least <= len(value) <= (field.get("max_length") or 4000):
        raise RefusedError(50035, [f"{field['custom_id']}: {value!r} is too short or too long"])
    return value


def _chosen(field: Json, values: Json) -> list[Any]:
    """What is chosen of a select, a group or files: as many as the field asks for."""
    usual = [option["value"] for option in field.get("options", []) if option.get("default")]
    chosen: list[Any] = values.get(field["custom_id"], usual)
    least = field.get("min_values")
    least = (1 if least is None else least) if field.get("required", True) else 0
    most = field.get("max_values") or (len(field["options"]) if field["type"] == CHECKBOXES else 1)
    if not least <= len(chosen) <= most:
        asked = f"{least}" if least == most else f"{least} to {most}"
        raise RefusedError(50035, [f"{field['custom_id']}: choose {asked}, not {len(chosen)}"])
    return chosen
