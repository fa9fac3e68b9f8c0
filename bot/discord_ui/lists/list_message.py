"""A list as a message: a row of text with a button for each thing in it, and buttons to turn the pages.

Discord's second kind of components draws it. A message holds 40 of them and 4000 characters of text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import discord

from bot.discord_ui.buttons import Press
from bot.discord_ui.delivery.piece_message import COLOUR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord_ui.buttons import Spec
    from bot.discord_ui.texts.sentences import Sentences

ROWS = 10
"""Rows on a page. Each takes three components, and what stands around them takes six."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list.

    Attributes:
        text: Text of the row.
        button: Button beside it; None where there is nothing to do.
    """

    text: str
    button: Spec | None = None


def list_view(
    say: Sentences, title: str, rows: Sequence[ListRow], *, note: str | None = None, turning: Sequence[Spec] = ()
) -> discord.ui.LayoutView:
    """Make the message of a list, whose buttons outlive every restart.

    Args:
        say: Sentences in the language of the list.
        title: Heading.
        rows: At most `ROWS` rows.
        note: Line below the rows, such as the number of the page, or what is said where there are none.
        turning: Buttons that turn the pages.
    """
    box: discord.ui.Container[Any] = discord.ui.Container(accent_colour=COLOUR)
    box.add_item(discord.ui.TextDisplay(f"### {title}"))
    for row in rows:
        text: discord.ui.TextDisplay[Any] = discord.ui.TextDisplay(row.text)
        box.add_item(discord.ui.Section(text, accessory=Press(row.button, say)) if row.button else text)
    if note is not None:
        box.add_item(discord.ui.TextDisplay(note))
    if turning:
        box.add_item(discord.ui.ActionRow(*(Press(spec, say) for spec in turning)))
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(box)
    return view
