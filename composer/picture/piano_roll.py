"""Score -> piano roll as PNG, to be looked at in a chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.music.free_score import FreeNote, FreeScore
from composer.music.score import PITCH_CLASSES, Part
from composer.picture.canvas import Canvas, Colour, Lettering
from composer.picture.layout import Roll
from composer.picture.page import (
    BACKGROUND,
    FAINT,
    HEIGHT,
    LABEL,
    LEGEND_MIDDLE,
    PANEL,
    PLOT_AREA,
    STRONG_LINE,
    WIDTH,
    draw_header,
    draw_remark,
    draw_seconds,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from composer.music.score import Note, Score

COLOURS: dict[Part, Colour] = {
    Part.MELODY: (255, 190, 92),
    Part.ACCOMPANIMENT: (84, 174, 255),
    Part.BASS: (184, 132, 255),
    Part.DRUMS: (110, 220, 166),
}
"""Colours of the loudest notes of a piece; the softer ones sink into the panel."""

TIMBRE_COLOURS: tuple[Colour, ...] = (
    (255, 190, 92),
    (84, 174, 255),
    (255, 112, 128),
    (110, 220, 166),
    (184, 132, 255),
    (236, 226, 112),
    (96, 216, 230),
)
"""Colours of the timbres of music without metre, which come again where there are more."""

_NAMES = {Part.MELODY: "Melody", Part.ACCOMPANIMENT: "Accompaniment", Part.BASS: "Bass", Part.DRUMS: "Drums"}
_BACK_TO_FRONT = (Part.DRUMS, Part.BASS, Part.ACCOMPANIMENT, Part.MELODY)
_SOFTEST = 0.3
"""How much of its colour the softest conceivable note keeps."""

_BLACK_KEY: Colour = (22, 25, 36)
_LINE: Colour = (37, 41, 58)

_NUMBER = Lettering(size=11, colour=FAINT)

_RULER = 18
"""Height of the strip with the bars' numbers above the notes."""

_BLACK_KEYS = frozenset({1, 3, 6, 8, 10})
_MOST_BARS_A_LABEL = 4
_GAP = 0.6
_LEAST_WIDTH = 2.0


def draw_piano_roll(score: Score, *, title: str, caption: str, remark: str = "") -> bytes:
    """Draw a piano roll.

    Args:
        score: Score of any length; it fills the width. An empty one gives an empty roll. Music without metre has no
            bars, colours for its timbres, and slopes where it glides.
        title: Title at the top left, shortened if it is too long.
        caption: Line of facts at the top right, smaller.
        remark: Below the title, smaller still.

    Returns:
        A PNG of `WIDTH` x `HEIGHT` pixels; equal arguments give equal bytes.
    """
    roll = Roll.of(score, PLOT_AREA)
    canvas = Canvas(WIDTH, HEIGHT, background=BACKGROUND)
    _draw_keys(canvas, roll)
    if not isinstance(score, FreeScore):
        _draw_bars(canvas, roll)
    draw_seconds(canvas, roll)
    layers = list(_layers(score))
    loudest = max((note.velocity for note in score.notes), default=1)
    for layer in layers:
        for note in layer.notes:
            _draw_note(canvas, roll, note, _shade(layer.colour, note.velocity / loudest))
    draw_header(canvas, title=title, caption=caption)
    _draw_legend(canvas, layers=sorted(layers, key=lambda layer: layer.number), remark=remark)
    return canvas.png()


@dataclass(frozen=True, slots=True)
class Layer:
    """Notes of one colour.

    Attributes:
        number: Place in the legend.
        name: Name in the legend.
        colour: Colour of the loudest notes; soft pieces shine as bright as loud ones.
        notes: Notes.
    """

    number: int
    name: str
    colour: Colour
    notes: Sequence[Note]


def _layers(score: Score) -> Iterator[Layer]:
    """The layers of a score from back to front: its parts, the melody on top, or its timbres."""
    if isinstance(score, FreeScore):
        for number, name in enumerate(score.timbres):
            colour = TIMBRE_COLOURS[number % len(TIMBRE_COLOURS)]
            yield Layer(number, name, colour, [note for note in score.notes if note.timbre == number])
    else:
        for part in _BACK_TO_FRONT:
            notes = [note for note in score.notes if note.part is part]
            if notes:
                yield Layer(part, _NAMES[part], COLOURS[part], notes)


def _draw_keys(canvas: Canvas, roll: Roll) -> None:
    """Draw the panel with the rows of the black keys, a line under each C, and the drums' lane."""
    left, right = roll.area.left, roll.area.right
    canvas.fill((left, roll.area.top - _RULER, right, roll.area.bottom), PANEL, radius=6)
    for pitch in range(roll.lowest, roll.highest + 1):
        top, bottom = roll.y(pitch), roll.y(pitch) + roll.row_height
        if pitch % PITCH_CLASSES in _BLACK_KEYS:
            canvas.fill((left, top, right, bottom), _BLACK_KEY)
        elif pitch % PITCH_CLASSES == 0:
            canvas.fill((left, bottom - 0.5, right, bottom + 0.5), STRONG_LINE)
            name = f"C{pitch // PITCH_CLASSES - 1}"
            canvas.write(name, (left - 8, (top + bottom) / 2), LABEL, anchor="rm")
    if roll.floor < roll.area.bottom:
        canvas.fill((left, roll.floor - 0.5, right, roll.floor + 0.5), STRONG_LINE)


def _draw_bars(canvas: Canvas, roll: Roll) -> None:
    """Draw a line before each labelled bar, with its number, and fainter ones between where there is room."""
    labelled = roll.labelled_bars()
    for bar in range(roll.bars):
        x = roll.x(bar * roll.bar_ticks)
        if bar in labelled:
            canvas.write(str(bar + 1 - roll.upbeat_bars), (x + 5, roll.area.top - _RULER / 2), _NUMBER, anchor="lm")
            top, colour = roll.area.top - _RULER, STRONG_LINE
        else:
            top, colour = roll.area.top, _LINE
        if bar and (bar in labelled or labelled.step <= _MOST_BARS_A_LABEL):
            canvas.fill((x - 0.5, top, x + 0.5, roll.area.bottom), colour)


def _draw_note(canvas: Canvas, roll: Roll, note: Note, colour: Colour) -> None:
    """Draw a bar as long as the note, a slope where it glides, or on drums a short tick."""
    late, glide = (note.late, note.glide) if isinstance(note, FreeNote) else (0.0, 0.0)
    left = min(roll.x(note.start + late), roll.area.right - _LEAST_WIDTH)
    if note.part is Part.DRUMS:
        top = roll.drum_y(note.pitch)
        canvas.fill((left, top + 2, left + 3, top + roll.drum_row_height - 1), colour, radius=1.5)
    else:
        right = max(roll.x(note.end + late) - _GAP, left + _LEAST_WIDTH)
        top = roll.y(note.pitch)
        if glide:
            middle = roll.row_height / 2
            canvas.draw_line((left, top + middle), (right, roll.y(note.pitch + glide) + middle), middle, colour)
            return
        canvas.fill((left, top + _GAP / 2, right, top + roll.row_height - _GAP / 2), colour, radius=2.5)


def _shade(colour: Colour, loudness: float) -> Colour:
    """Mix a colour into the panel: the louder (0 to 1), the more."""
    strength = _SOFTEST + (1 - _SOFTEST) * loudness
    red, green, blue = (round(under + (over - under) * strength) for under, over in zip(PANEL, colour, strict=True))
    return red, green, blue


def _draw_legend(canvas: Canvas, *, layers: Sequence[Layer], remark: str) -> None:
    """Name the layers below the caption, from the right, and write the remark on what is left."""
    x, y = PLOT_AREA.right, LEGEND_MIDDLE
    for layer in reversed(layers):
        x -= canvas.write(layer.name, (x, y), LABEL, anchor="rm") + 16
        canvas.fill((x, y - 5, x + 10, y + 5), layer.colour, radius=3)
        x -= 18
    draw_remark(canvas, remark, right=x)
