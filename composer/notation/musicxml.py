"""Score -> MusicXML 4, which notation programs open."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from composer.errors import RequestError
from composer.music.free_score import FreeScore
from composer.notation.directions import numerals_of, slowing
from composer.notation.drums import place_of
from composer.notation.layout import players_of
from composer.notation.part_element import PartWriter
from composer.performance.instruments import PIANO

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from composer.music.numerals import Numeral
    from composer.music.score import Score
    from composer.notation.layout import SheetPlayer
    from composer.performance.instruments import Instrument

_DOCTYPE = (
    b"<?xml version='1.0' encoding='utf-8'?>\n"
    b'<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" '
    b'"http://www.musicxml.org/dtds/partwise.dtd">\n'
)


def check_notation(score: Score) -> None:
    """Refuse music that no staff can show.

    Raises:
        RequestError: The music has no metre: note values would be made up. It says what shows the piece.
    """
    if isinstance(score, FreeScore):
        raise RequestError(
            "music without metre has no sheet music, and its picture is its score; leave out the notation, "
            "or choose another model"
        )


def made_by(settings: Mapping[str, object]) -> str:
    """Who composed a piece, as it stands above it: Cadenza, wavenet v8, seed 81723."""
    model = str(settings.get("model", "")).replace("@", " v")
    seed = f"seed {settings['seed']}" if "seed" in settings else ""
    return ", ".join(word for word in ("Cadenza", model, seed) if word)


def to_musicxml(
    score: Score,
    *,
    title: str,
    instrument: Instrument = PIANO,
    composer: str = "Cadenza",
    remark: str = "",
    numerals: Sequence[Numeral] = (),
) -> bytes:
    """The score as MusicXML 4, with a part for each player.

    Rhythms are written as `engraving.engrave` says, parts as `players.reading_of` says: instruments that transpose
    at the pitch that their players read. The same arguments give the same bytes.

    Args:
        score: What is to be written.
        title: Title, printed above the music.
        instrument: Instrument for which it is arranged.
        composer: Name of the composer, printed above it too; see `made_by`.
        remark: Line below the title; not its rights, since it says nothing about them.
        numerals: Roman numerals that are printed under the lowest staff with pitches.

    Raises:
        RequestError: If the music has no metre, see `check_notation`.
    """
    check_notation(score)
    players = players_of(score, instrument)
    root = Element("score-partwise", version="4.0")
    _write_head(root, title, composer, remark)
    _write_players(root, players)
    arranged = replace(score, notes=tuple(note for player in players for note in player.notes))
    writers = [PartWriter(player, arranged, f"P{number}") for number, player in enumerate(players, start=1)]
    if (found := slowing(score)) is not None:
        writers[0].mark({found[0]: [found[1]]})
    pitched = [writer for writer, player in zip(writers, players, strict=True) if not player.is_drums]
    pitched[-1].mark(numerals_of(numerals, score.metre), staff=-1)
    root.extend([writer.element(leads=writer is writers[0]) for writer in writers])
    indent(root, space=" ")
    body: bytes = tostring(root, encoding="utf-8")
    return _DOCTYPE + body + b"\n"


def _write_head(root: Element, title: str, composer: str, remark: str) -> None:
    _add(SubElement(root, "work"), "work-title", title)
    identification = SubElement(root, "identification")
    _add(identification, "creator", composer).set("type", "composer")
    encoding = SubElement(identification, "encoding")
    _add(encoding, "software", "Cadenza")
    SubElement(encoding, "supports", element="accidental", type="yes")
    SubElement(encoding, "supports", element="beam", type="yes")
    SubElement(encoding, "supports", element="stem", type="no")
    middle = {"default-x": "600", "justify": "center"}
    _write_credit(
        root, "title", title, {**middle, "default-y": "1520", "valign": "top", "font-size": "22", "font-weight": "bold"}
    )
    if remark:
        _write_credit(root, "subtitle", remark, {**middle, "default-y": "1475", "valign": "middle"})
    right = {"default-x": "1140", "default-y": "1440", "justify": "right", "valign": "bottom"}
    _write_credit(root, "composer", composer, right)


def _write_credit(root: Element, kind: str, text: str, place: Mapping[str, str]) -> None:
    """Words on the first page, placed in tenths of a space between staff lines from its lower left."""
    credit = SubElement(root, "credit", page="1")
    _add(credit, "credit-type", kind)
    _add(credit, "credit-words", text).attrib |= place


def _write_players(root: Element, players: Sequence[SheetPlayer]) -> None:
    """The list of parts; players of one staff are bracketed where several stand together."""
    listed = SubElement(root, "part-list")
    number = 0
    for alike, own in groupby(players, key=lambda player: len(player.staves) == 1 and not player.is_drums):
        group = list(own)
        bracketed = alike and len(group) > 1
        if bracketed:
            begin = SubElement(listed, "part-group", type="start", number="1")
            _add(begin, "group-symbol", "bracket")
            _add(begin, "group-barline", "yes")
        for player in group:
            number += 1
            _write_player(listed, player, f"P{number}")
        if bracketed:
            SubElement(listed, "part-group", type="stop", number="1")


def _write_player(listed: Element, player: SheetPlayer, part_id: str) -> None:
    part = SubElement(listed, "score-part", id=part_id)
    _add(part, "part-name", player.name)
    keys = sorted({note.pitch for note in player.notes}) if player.is_drums else [0]
    names = {key: place_of(key).name if player.is_drums else player.name for key in keys}
    for key in keys:
        _add(SubElement(part, "score-instrument", id=f"{part_id}-I{key}"), "instrument-name", names[key])
    for key in keys:
        sound = SubElement(part, "midi-instrument", id=f"{part_id}-I{key}")
        _add(sound, "midi-channel", player.channel + 1)
        _add(sound, "midi-program", player.voice.program + 1)
        if player.is_drums:
            _add(sound, "midi-unpitched", key + 1)
        _add(sound, "volume", round(player.voice.volume / 1.27, 1))


def _add(parent: Element, tag: str, text: object) -> Element:
    element = SubElement(parent, tag)
    element.text = str(text)
    return element
