"""Where a worker can be held, so that something happens to it there."""

from __future__ import annotations

HOLD = """
import asyncio, importlib
module, kind, name = {place!r}
owner = getattr(importlib.import_module(module), kind)
real = getattr(owner, name)

async def held(*values, **named):
    print("held", flush=True)
    await asyncio.to_thread(lambda: open("gate", "rb", 0).read(1))
    return await real(*values, **named)

setattr(owner, name, held)
"""

HOLD_AMID = """
import bot.fleet.progress_teller
owner = bot.fleet.progress_teller.PieceProgress
real = owner.note

def held(self, number, bar, bars):
    if bar > 1:
        print("held", flush=True)
        open("gate", "rb", 0).read(1)
    real(self, number, bar, bars)

owner.note = held
"""
"""Python that holds a worker when some bars of a piece are composed."""

TAKEN = ("bot.fleet.piece_maker", "PieceMaker", "_make_taken")
COMPOSED = ("bot.fleet.leased_rows", "LeasedRows", "composed")
HANDING_OVER = ("bot.storage.workers.leases", "Leases", "finish")
HANDED_OVER = ("bot.storage.workers.jobs", "Jobs", "done")


def hold(place: tuple[str, str, str]) -> str:
    """Python that holds a worker before it does something, until somebody opens its gate."""
    return HOLD.format(place=place)
