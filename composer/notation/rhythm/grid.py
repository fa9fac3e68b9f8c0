"""One grid for each eighth of a staff: where onsets are printed that were played beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.notation.rhythm.values import BINARY, EIGHTH, TERNARY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_GRIDS = (BINARY, TERNARY)


def snapped(onsets: Iterable[int], *, bar_ticks: int, ticks: int, one_grid: bool = False) -> dict[int, int]:
    """Where each onset is printed.

    In every eighth that grid is taken which moves the onsets least: 32nds, or sixteenths in triplets. Onsets stay that
    stand on the other one, for two voices may play three against two.

    Args:
        onsets: Ticks from the beginning of the piece.
        bar_ticks: Length of a bar, from whose beginning eighths are counted.
        ticks: Length of the piece: nothing moves to its end.
        one_grid: Whether all onsets of an eighth move to its grid, which those of one voice must.
    """
    cells: dict[tuple[int, int], set[int]] = {}
    for onset in onsets:
        bar, tick = divmod(onset, bar_ticks)
        cells.setdefault((bar, tick // EIGHTH), set()).add(tick % EIGHTH)
    found = {}
    for (bar, cell), offsets in cells.items():
        start = bar * bar_ticks + cell * EIGHTH
        # Sixteenths may end a bar in the middle of an eighth, where no triplet fits.
        grids = _GRIDS if bar_ticks - cell * EIGHTH >= EIGHTH else (BINARY,)
        grid = grid_of(offsets, grids)
        for offset in offsets:
            stays = not one_grid and any(offset % own == 0 for own in grids)
            found[start + offset] = (
                start + offset if stays else min(_nearest(start + offset, start, grid), ticks - BINARY)
            )
    return found


def grid_of(offsets: Collection[int], grids: Collection[int] = _GRIDS) -> int:
    """Ticks of the grid that moves offsets from the beginning of an eighth least."""
    return min(grids, key=lambda grid: sum(abs(offset - _nearest(offset, 0, grid)) for offset in offsets))


def _nearest(tick: int, start: int, grid: int) -> int:
    """The nearest place of a grid that begins at `start`; of two the earlier."""
    return start + (tick - start + (grid - 1) // 2) // grid * grid
