"""The port to the composer: what the bot asks of whoever composes, on this machine or on another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from composer.models.learned_preferences import NONE
from composer.request import OPTIONS, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.generation import Music
    from bot.domain.order import Options
    from composer.models.learned_preferences import LearnedPreferences
    from composer.music.given import GivenMusic, Theme
    from composer.rendering import Rendition, Sheet
    from composer.sheet_music.sheet import SheetMusic


class Composer(Protocol):
    """Whoever composes, here or far away; all of it is ended by cancelling the task that waits for it."""

    async def compose(
        self,
        options: Options,
        progress: Callable[[int, int], None],
        *,
        theme: Theme | None = None,
        liked: LearnedPreferences = NONE,
    ) -> Music:
        """Compose, on from a theme if there is one, and by what is liked there.

        `progress` gets bars begun and in all, on the event loop.
        """

    async def understand(self, data: bytes) -> GivenMusic:
        """Understand a file of somebody's own.

        Raises:
            RequestError: Nothing can be made of it; the reason names the fault.
        """

    async def draw(self, music: GivenMusic, title: str) -> bytes:
        """Draw music that was understood as PNG."""

    async def render(self, music: bytes, sheet: Sheet) -> Rendition:
        """Make sound and picture of what composing left, see `composer.originals`."""

    async def smaller(self, music: bytes, sheet: Sheet, most_bytes: int) -> bytes | None:
        """Make an MP3 of at most so many bytes; None if even the poorest is larger."""

    async def sound(self, music: bytes, sheet: Sheet) -> bytes:
        """Make sound at 48 kHz for a voice channel: samples of 16 bits, left and right in turns."""

    async def sheet_music(self, midi: bytes, *, title: str, remark: str, whole: bool) -> SheetMusic:
        """Draw the sheet music of MIDI that composing left, see `composer.sheet_music.midi_sheets`."""


def to_request(options: Options) -> Request:
    """Put options into the words of the composer.

    Raises:
        RequestError: An option is out of range.
    """
    values = {option.field: getattr(options, option.field) for option in OPTIONS}
    return Request(**{**values, "model": f"{options.model}@{options.version}"})
