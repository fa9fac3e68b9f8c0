"""What goes wrong on the way to Discord and back, on purpose."""

from __future__ import annotations

import asyncio
import fnmatch
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.standin.world import Json


@dataclass(eq=False, slots=True)
class Recorded:
    """A request of the bot's.

    Attributes:
        path: Path without the API's base, as `/channels/1/messages`.
        files: Contents by name.
        indices: Names of the files by their index.
        status: Status of the answer; None while there is none, 0 where the connection was cut.
        took_effect: Whether it was carried out.
        peer_port: Port that it came from.
    """

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    data: Json = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    indices: dict[int, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    at: float = 0.0
    status: int | None = None
    took_effect: bool = False
    peer_port: int = 0

    def has_file(self, ending: str) -> bool:
        return any(name.endswith(ending) for name in self.files)


@dataclass(eq=False, slots=True)
class Refuse:
    """Answer without carrying the request out."""

    status: int
    code: int = 0
    retry_after: float = 0.05


@dataclass(eq=False, slots=True)
class Lose:
    """Cut the connection instead of answering; the request may have taken effect or not."""

    performed: bool = True


@dataclass(eq=False, slots=True)
class Hold:
    """Let the answer wait until it is let go or cut; the request may have taken effect or not.

    Attributes:
        arrived: Set once such a request is there (and carried out, where `performed`).
    """

    performed: bool = True
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    cut: bool = False

    def release(self) -> None:
        """Answer now."""
        self.released.set()

    def drop(self) -> None:
        """Cut the connection now."""
        self.cut = True
        self.released.set()


Fault = Refuse | Lose | Hold


@dataclass(eq=False, slots=True)
class Planned:
    """A fault that waits for its request."""

    method: str
    path: str
    fault: Fault
    when: Callable[[Recorded], bool]
    times: int

    def fits(self, request: Recorded) -> bool:
        """Whether this request is meant."""
        return (
            self.times > 0
            and fnmatch.fnmatchcase(request.method, self.method)
            and fnmatch.fnmatchcase(request.path, self.path)
            and self.when(request)
        )


class Faults:
    """The faults still to come."""

    def __init__(self) -> None:
        self._planned: list[Planned] = []

    def plan(
        self, method: str, path: str, fault: Fault, *, when: Callable[[Recorded], bool] | None = None, times: int = 1
    ) -> None:
        """Meet the next `times` requests of a method and a path (both may hold `*`) with a fault."""
        self._planned.append(Planned(method, path, fault, when or (lambda _: True), times))

    def clear(self) -> None:
        """Let nothing go wrong from now on; what is held is cut."""
        for planned in self._planned:
            if isinstance(planned.fault, Hold):
                planned.fault.drop()
        self._planned.clear()

    def take(self, request: Recorded) -> Fault | None:
        """The fault for this request."""
        for planned in self._planned:
            if planned.fits(request):
                planned.times -= 1
                return planned.fault
        return None
