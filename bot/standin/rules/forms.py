"""What Discord refuses in modals.

Source: https://docs.discord.com/developers/components/reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.standin.rules.messages import length, options, unknown
from bot.standin.rules.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.standin.world import Json

SELECT, TEXT_INPUT, TEXT, LABEL, FILES, RADIO, CHECKBOXES, CHECKBOX = 3, 4, 10, 18, 19, 21, 22, 23
"""Types of component that this module tells apart."""

_COUNTS = {SELECT: (1, 25), RADIO: (2, 10), CHECKBOXES: (1, 10)}
"""How few and how many options each has."""

_LABELLED = {FILES, RADIO, CHECKBOXES, CHECKBOX}
"""Fields that only a label can hold."""


def check_modal(modal: Json) -> None:
    """Refuse a modal that Discord would.

    Raises:
        RefusedError: With all that is wrong.
    """
    problems = [*unknown("modal", modal, {"custom_id", "title", "components"})]
    problems += length("modal.title", modal.get("title"), 45, 1)
    problems += length("modal.custom_id", modal.get("custom_id"), 100, 1)
    if not 1 <= len(modal["components"]) <= 5:
        problems.append(f"modal: {len(modal['components'])} components, from 1 to 5 are allowed")
    for component in modal["components"]:
        problems += length("label", component.get("label"), 45, 1 if component["type"] == LABEL else 0)
        problems += length("description", component.get("description"), 100)
        if component["type"] != LABEL and any(each["type"] in _LABELLED for each in component.get("components", [])):
            problems.append(f"modal: a component of type {component['type']} holds what belongs into a label")
    for field in fields(modal):
        problems += _field(field)
    if problems:
        raise RefusedError(50035, problems)


def fields(modal: Json) -> list[Json]:
    """What a person can fill in."""
    found: list[Json] = []
    for component in modal["components"]:
        found += component.get("components", []) or ([component["component"]] if "component" in component else [])
    return found


def _field(field: Json) -> Iterator[str]:
    kind = field["type"]
    yield from length("field.custom_id", field.get("custom_id"), 100, 1)
    yield from length("field.placeholder", field.get("placeholder"), 150 if kind == SELECT else 100)
    if kind in _COUNTS:
        yield from options(field.get("options", []), *_COUNTS[kind])
    if kind == RADIO and sum(bool(option.get("default")) for option in field.get("options", [])) > 1:
        yield "radio: more than one option is the default"
    if kind in {FILES, CHECKBOXES}:
        least, most = field.get("min_values"), field.get("max_values")
        if not 0 <= (1 if least is None else least) <= (10 if most is None else most) <= 10:
            yield f"field: from {least} to {most} values, within 0 to 10 are allowed"
    if kind == TEXT_INPUT:
        yield from length("field.label", field.get("label"), 45)
        yield from length("field.value", field.get("value"), min(4000, field.get("max_length") or 4000))
