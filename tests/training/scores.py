"""Small scores in MusicXML, Humdrum and ABC to test with."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ATTRIBUTES = (
    "<attributes><divisions>24</divisions><key><fifths>{fifths}</fifths></key>"
    "<time><beats>{beats}</beats><beat-type>4</beat-type></time>{more}</attributes>"
)
QUARTERS_IN_C = ("C", "E", "G", "E")


def note(step: str, octave: int = 4, duration: int = 24, *, more: str = "", staff: int = 0) -> str:
    """A note; `more` stands in front of its pitch (`<chord/>`) or, from `<tie` on, after its duration."""
    before, after = ("", more) if more.startswith("<tie") else (more, "")
    pitch = f"<pitch><step>{step}</step><octave>{octave}</octave></pitch>"
    place = f"<staff>{staff}</staff>" if staff else ""
    return f"<note>{before}{pitch}<duration>{duration}</duration>{after}<voice>{staff or 1}</voice>{place}</note>"


def bar_of(steps: Iterable[str], octave: int = 4, *, staff: int = 0) -> str:
    """Quarters."""
    return "".join(note(step, octave, staff=staff) for step in steps)


def attributes(*, fifths: int = 0, beats: int = 4, more: str = "") -> str:
    """Key, metre and what else stands at the beginning of a part."""
    return ATTRIBUTES.format(fifths=fifths, beats=beats, more=more)


def musicxml(parts: Sequence[tuple[str, int, Sequence[str]]]) -> str:
    """A score.

    Args:
        parts: Name, program (General MIDI from 0) and the content of every measure.
    """
    names = "".join(
        f'<score-part id="P{at}"><part-name>{name}</part-name><score-instrument id="P{at}-I1">'
        f'<instrument-name>{name}</instrument-name></score-instrument><midi-instrument id="P{at}-I1">'
        f"<midi-channel>{at}</midi-channel><midi-program>{program + 1}</midi-program></midi-instrument></score-part>"
        for at, (name, program, _) in enumerate(parts, start=1)
    )
    bodies = "".join(
        f'<part id="P{at}">'
        + "".join(f'<measure number="{number}">{bar}</measure>' for number, bar in enumerate(bars, start=1))
        + "</part>"
        for at, (_, _, bars) in enumerate(parts, start=1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><score-partwise version="3.1">'
        f"<part-list>{names}</part-list>{bodies}</score-partwise>"
    )


def melody(*bars: str, first: str = "", beats: int = 4) -> str:
    """A score of one flute."""
    return musicxml([("Flute", 73, [attributes(beats=beats) + first + bars[0], *bars[1:]])])


def two_staves(bars: int, *, first: str = "", fifths: int = 0) -> list[str]:
    """Measures of a piano part: quarters over a whole note."""
    back = "<backup><duration>96</duration></backup>"
    music = bar_of(QUARTERS_IN_C, 5, staff=1) + back + note("C", 3, 96, staff=2)
    start = attributes(fifths=fifths, more="<staves>2</staves>") + first
    return [start + music, *[music] * (bars - 1)]


def compressed(score: str, *, container: bool = True) -> bytes:
    """A score as .mxl."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        if container:
            root = '<container><rootfiles><rootfile full-path="the score.xml"/></rootfiles></container>'
            archive.writestr("META-INF/container.xml", root)
        archive.writestr(PurePath("the score.xml").name, score)
    return file.getvalue()


def kern(bars: int, *, upbeat: bool = True, comment: str = "") -> str:
    """A piece for two hands in A-flat major and three quarters."""
    rows = [
        *([f"!!!OTL: {comment}"] if comment else []),
        *(f"{token}\t{token}" for token in ("**kern", "*k[b-e-a-d-]", "*A-:", "*M3/4", "*MM150")),
    ]
    rows += ["4r\t4ee-"] if upbeat else []
    for bar in range(1, bars + 1):
        rows += [f"={bar}\t={bar}", "4AA-\t4cc 4aa-", "4E- 4A-\t8cc", ".\t8dd-", "4E- 4A-\t4ee-"]
    return "\n".join([*rows, "==\t==", "*-\t*-", ""])


def abc(bars: int, *, number: int = 1, title: str = "Tune") -> str:
    """A tune in G major."""
    return f"X:{number}\nT:{title}\nM:4/4\nL:1/4\nQ:1/4=90\nK:G\n" + "|".join(["GBdG"] * bars) + "|]\n"
