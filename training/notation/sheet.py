"""MusicXML as a reader of its own sees it: for every staff and voice, what is printed in each bar.

It knows nothing of the writer, so that both do not err alike.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_STEPS = {letter: index for index, letter in enumerate("CDEFGAB")}
_CLEF_LINES = {"G": 4 * 7 + 4, "F": 3 * 7 + 3, "C": 4 * 7}
"""Step of the line on which each clef stands, counted from C 0."""

_STAFF_LINES = 5
_TYPES = {"breve": 8.0, "whole": 4.0, "half": 2.0, "quarter": 1.0, "eighth": 0.5, "16th": 0.25, "32nd": 0.125}


@dataclass(slots=True)
class Printed:
    """A chord or rest.

    Attributes:
        start: Quarters from the beginning of its bar.
        duration: Quarters.
        steps: Steps of its notes above C 0 on the staff; none for a rest.
        ledger: Ledger lines of each of its notes.
        shown: Whether its printed value says its duration.
        tuplet: Whether its duration is changed by a tuplet.
        brackets: Of tuplets that start and stop with it: `start` and `stop`.
        beams: The first level's words: begin, continue, end.
        tied: Whether a tie goes on from it.
    """

    start: float
    duration: float
    steps: list[int] = field(default_factory=list)
    ledger: list[int] = field(default_factory=list)
    shown: bool = True
    tuplet: bool = False
    brackets: list[str] = field(default_factory=list)
    beams: list[str] = field(default_factory=list)
    tied: bool = False


@dataclass(frozen=True, slots=True)
class ReadVoice:
    """One voice of a bar.

    Attributes:
        bar: Length of its bar in quarters.
        printed: What is printed, in order.
    """

    bar: float
    printed: list[Printed]


def voices_of(data: bytes) -> Iterator[ReadVoice]:
    """Every voice of every bar of a sheet."""
    root = ET.fromstring(data)  # noqa: S314 - what the writer has just written
    for part in root.findall("part"):
        yield from _Reader().voices(part)


class _Reader:
    """Reads a part; clefs, divisions and metre stay in force until they change."""

    def __init__(self) -> None:
        self._divisions = 1.0
        self._bar = 4.0
        self._bottoms: dict[str, int] = {}
        self._shifts: dict[str, int] = {}

    def voices(self, part: ET.Element) -> Iterator[ReadVoice]:
        for measure in part.findall("measure"):
            found: dict[str, list[Printed]] = {}
            now = end = 0.0
            for element in measure:
                if element.tag == "attributes":
                    self._read_attributes(element)
                elif element.tag == "direction":
                    self._read_direction(element)
                elif element.tag in {"backup", "forward"}:
                    now += self._quarters(element) * (1 if element.tag == "forward" else -1)
                elif element.tag == "note" and element.find("grace") is None:
                    now = self._read_note(element, now, found)
                end = max(end, now)
            bar = end if measure.get("implicit") == "yes" else self._bar
            yield from (ReadVoice(bar, printed) for printed in found.values())

    def _quarters(self, element: ET.Element) -> float:
        return float(element.findtext("duration", "0")) / self._divisions

    def _read_attributes(self, element: ET.Element) -> None:
        self._divisions = float(element.findtext("divisions", str(self._divisions)))
        if (beats := element.findtext("time/beats")) is not None:
            self._bar = float(beats) * 4 / float(element.findtext("time/beat-type", "4"))
        for clef in element.findall("clef"):
            sign, line = clef.findtext("sign", "G"), int(clef.findtext("line", "3"))
            octaves = int(clef.findtext("clef-octave-change", "0"))
            at = _CLEF_LINES.get(sign, 4 * 7 + 6) + 7 * octaves
            self._bottoms[clef.get("number", "1")] = at - 2 * (line - 1)

    def _read_direction(self, element: ET.Element) -> None:
        shift = element.find("direction-type/octave-shift")
        if shift is not None:
            octaves = (int(shift.get("size", "8")) - 1) // 7
            signs = {"down": -1, "up": 1}
            self._shifts[element.findtext("staff", "1")] = 7 * octaves * signs.get(shift.get("type", ""), 0)

    def _read_note(self, element: ET.Element, now: float, found: dict[str, list[Printed]]) -> float:
        staff = element.findtext("staff", "1")
        voice = found.setdefault(element.findtext("voice", "1"), [])
        if element.find("chord") is None:
            printed = Printed(now, self._quarters(element))
            _read_signs(printed, element)
            voice.append(printed)
            now += printed.duration
        else:
            printed = voice[-1]
        height = _height(element)
        if height is not None:
            height += self._shifts.get(staff, 0)
            printed.steps.append(height)
            printed.ledger.append(_ledger_lines(height, self._bottoms.get(staff, 30)))
        return now


def _height(element: ET.Element) -> int | None:
    for kind, prefix in (("pitch", ""), ("unpitched", "display-")):
        if (place := element.find(kind)) is not None:
            return int(place.findtext(f"{prefix}octave", "4")) * 7 + _STEPS[place.findtext(f"{prefix}step", "C")]
    return None


def _ledger_lines(step: int, bottom: int) -> int:
    top = bottom + 2 * (_STAFF_LINES - 1)
    return max(0, (bottom - step) // 2, (step - top) // 2)


def _read_signs(printed: Printed, element: ET.Element) -> None:
    printed.tuplet = (ratio := element.find("time-modification")) is not None
    printed.brackets = [tuplet.get("type", "") for tuplet in element.findall("notations/tuplet")]
    printed.beams = [beam.text or "" for beam in element.findall("beam") if beam.get("number", "1") == "1"]
    printed.tied = any(tie.get("type") == "start" for tie in element.findall("tie"))
    if (kind := element.findtext("type")) is None:
        return
    value = _TYPES.get(kind, 1 / 16) * (2 - 0.5 ** len(element.findall("dot")))
    if ratio is not None:
        value *= float(ratio.findtext("normal-notes", "1")) / float(ratio.findtext("actual-notes", "1"))
    printed.shown = abs(value - printed.duration) < 1e-6  # noqa: PLR2004 - rounding
