"""What Discord refuses in the layout of a message whose components are of the second version.

Source: https://docs.discord.com/developers/components/reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.standin.world import Json

ROW, BUTTON, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 1, 2, 9, 10, 11, 12, 13, 14, 17

_MOST_LETTERS = 4000
_INSIDE = {ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR}
_OUTSIDE = _INSIDE | {CONTAINER}


def layout(components: list[Json], everything: list[Json]) -> Iterator[str]:
    """Say what is wrong with how components stand in each other.

    Args:
        components: Components of the message.
        everything: The same with all that stand in them.
    """
    if len(everything) > 40:
        yield f"components: {len(everything)}, at most 40"
    if (letters := sum(len(each.get("content") or "") for each in everything)) > _MOST_LETTERS:
        yield f"components: {letters} characters of text, at most {_MOST_LETTERS}"
    yield from (f"component: type {each['type']} not outside" for each in components if each["type"] not in _OUTSIDE)
    for each in everything:
        if each["type"] == CONTAINER:
            yield from _container(each)
        elif each["type"] == SECTION:
            yield from _section(each)


def _container(container: Json) -> Iterator[str]:
    inner = [each["type"] for each in container["components"]]
    if not inner or set(inner) - _INSIDE:
        yield f"container: it holds {inner}, from 1 of {sorted(_INSIDE)}"


def _section(section: Json) -> Iterator[str]:
    inner = [each["type"] for each in section["components"]]
    if not 1 <= len(inner) <= 3 or set(inner) - {TEXT}:
        yield f"section: it holds {inner}, from 1 to 3 texts are allowed"
    if (section.get("accessory") or {}).get("type") not in {BUTTON, THUMBNAIL}:
        yield "section: its accessory is a button or a thumbnail"
