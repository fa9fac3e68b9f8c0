"""Files of messages, as Discord's content network hands them out: whole, or the part that a player asks for."""

from __future__ import annotations

import mimetypes
import re
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.standin.state import State
    from bot.standin.world import Attachment

PATH = "/attachments/{file}/{name}"

_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


class Downloads:
    """Answers who asks for a file."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def handle(self, request: web.Request) -> web.Response:
        """Send a file, or a part of it."""
        number = int(request.match_info["file"])
        file = next((each for each in self._files() if each.id == number), None)
        if file is None:
            raise web.HTTPNotFound
        # What somebody hands in may be a page with scripts, and it comes from the address of the stand-in's own page.
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox", "Accept-Ranges": "bytes"}
        kind = mimetypes.guess_type(file.filename)[0] or "application/octet-stream"
        content, status = file.content, 200
        if found := _RANGE.fullmatch(request.headers.get("Range", "")):
            first, last = int(found[1]), int(found[2] or len(content) - 1)
            if first >= len(content):
                raise web.HTTPRequestRangeNotSatisfiable
            headers["Content-Range"] = f"bytes {first}-{min(last, len(content) - 1)}/{len(content)}"
            content, status = content[first : last + 1], 206
        return web.Response(body=content, status=status, content_type=kind, headers=headers)

    def _files(self) -> Iterator[Attachment]:
        yield from self._state.uploads.values()
        for channel in self._state.channels():
            for message in channel.messages.values():
                yield from message.attachments
