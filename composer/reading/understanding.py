"""Bytes of a music file -> music as it was understood."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from composer.errors import RequestError
from composer.formats import humdrum, midi
from composer.formats.abc_notation import reader as abc_reader
from composer.formats.abc_notation.tunes import split_tunes
from composer.formats.musicxml import reader as musicxml_reader
from composer.formats.part_roles import FIND_OUT
from composer.formats.sections import LeastMusic, Refused, sections_of
from composer.formats.text_encoding import text_of
from composer.listening.hearing import understand_recording
from composer.listening.recording import is_recording
from composer.music.free_score import FreeScore
from composer.music.given import GivenMusic
from composer.music.score import TICKS_PER_QUARTER, Tempo
from composer.performance import midi as own_midi
from composer.reading.refusals import MOST_MIDI_BYTES, MOST_NOTATION_BYTES, MOST_NOTES, refusal, refusal_of
from composer.styles.table import PIANO, STYLES
from composer.tokens.parts import in_parts_of
from composer.tokens.tokenizer import quantised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.formats.sections import Section, Transcript

_LEAST = LeastMusic(bars=2, notes=4, empty=0.75)
"""A bar that is given alone says nothing of metre and key."""

_MIDI = (b"MThd", b"RIFF", b"MUS\x1a")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_TUNE = re.compile(r"^X:\s*\d", re.MULTILINE)
_SLOWEST, _FASTEST = 20.0, 400.0
"""Felt beats a minute that are taken for a tempo; beyond them a file is damaged."""


def understand(data: bytes) -> GivenMusic:
    """Understand a file of somebody's own, in MIDI, MusicXML, ABC or Humdrum, or a recording, by what it begins with.

    Raises:
        RequestError: Nothing can be made of it; the sentence names the fault.
    """
    if is_recording(data):
        return understand_recording(data)
    is_midi = data.removeprefix(_BYTE_ORDER_MARK).startswith(_MIDI)
    most = MOST_MIDI_BYTES if is_midi else MOST_NOTATION_BYTES
    if len(data) > most:
        raise refusal("given_large", megabytes=most // 1_000_000)
    try:
        if is_midi:
            own = _own_piece(data)
            if own is not None:
                return own
        return _most_telling([_understood(each) for each in _transcripts(data, is_midi=is_midi)])
    except Refused as reason:
        raise refusal_of(reason) from reason


def _own_piece(data: bytes) -> GivenMusic | None:
    """A piece that Cadenza wrote, whose settings are known; None for any other file."""
    try:
        score, settings = own_midi.read(data)
    except RequestError:
        return None
    style = str(settings.get("style", PIANO))
    if style not in STYLES or len(score.notes) > MOST_NOTES:
        return None
    if isinstance(score, FreeScore):
        raise refusal("given_free")
    tempo = Tempo(0, _mean_tempo([(each.start, each.quarters_per_minute) for each in score.tempos], 0, score.ticks))
    fitted = quantised(replace(score, tempos=(tempo,), key_changes=()))
    return GivenMusic(score=fitted, style=style, settings=settings)


def _transcripts(data: bytes, *, is_midi: bool) -> Sequence[Transcript]:
    """What a file says. Keyboard music on more than two staves, which is no style, is taken for piano music."""
    try:
        return _read(data, FIND_OUT, is_midi=is_midi)
    except Refused as reason:
        if "more than two staves" not in str(reason):
            raise
        return [replace(each, style=PIANO) for each in _read(data, "ensemble", is_midi=is_midi)]


def _read(data: bytes, group: str, *, is_midi: bool) -> Sequence[Transcript]:
    if is_midi:
        return midi.transcripts_of(data, group=group)
    if data.startswith(b"PK\x03\x04"):
        return [musicxml_reader.transcript_of(data, group=group)]
    text = text_of(data)
    if text.lstrip().startswith(("**", "!!")):
        return humdrum.transcripts_of(data, group=group)
    if _TUNE.search(text) and not text.lstrip().startswith("<"):
        return [abc_reader.transcript_of(split_tunes(text)[0], group=group)]
    return [musicxml_reader.transcript_of(data, group=group)]


def _understood(transcript: Transcript) -> GivenMusic:
    if len(transcript.notes) > MOST_NOTES:
        raise refusal("given_notes")
    sections = sections_of(transcript, _LEAST)
    section = _section_to_carry_on(sections)
    style = transcript.style or PIANO
    tempo = _mean_tempo(transcript.tempos, section.start, section.start + section.score.ticks)
    score = replace(section.score.transposed(-section.transposition), tempos=(Tempo(0, tempo),))
    return GivenMusic(
        score=in_parts_of(score, style),
        style=style,
        bars_left_out=_bars_outside(transcript, section),
    )


def _bars_outside(transcript: Transcript, section: Section) -> int:
    """How many bars, each in its own metre, have notes that are not in the section."""
    metres = dict(sorted(transcript.metres.items())) or {0: (4, 4)}
    times = list(metres)
    outside = set()
    for note in transcript.notes:
        if not section.start <= note.start < section.start + section.score.ticks:
            since = times[max(0, bisect_right(times, note.start) - 1)]
            above, below = metres[since]
            outside.add((since, (note.start - since) * below // (above * 4 * TICKS_PER_QUARTER)))
    return len(outside)


def _section_to_carry_on(sections: Sequence[Section]) -> Section:
    """The last section of some length: from there music goes on."""
    longest = max(section.score.bars for section in sections)
    return next(section for section in reversed(sections) if section.score.bars >= longest / 2)


def _most_telling(found: Sequence[GivenMusic]) -> GivenMusic:
    """Of several pieces in one file that with most notes."""
    return max(found, key=lambda given: len(given.score.notes))


def _mean_tempo(marks: Sequence[tuple[int, float]], start: int, end: int) -> float:
    """Quarters a minute at which the ticks from `start` to `end` take as long as their tempo marks say; else 120."""
    known = [(at, quarters) for at, quarters in sorted(marks) if _SLOWEST <= quarters <= _FASTEST]
    if not known:
        return 120.0
    minutes = 0.0
    times = [*(at for at, _ in known[1:]), max(end, known[-1][0])]
    for place, ((at, quarters), until) in enumerate(zip(known, times, strict=True)):
        begin = start if place == 0 else max(at, start)
        minutes += max(0, min(until, end) - begin) / quarters
    return (end - start) / minutes if minutes > 0 else known[0][1]
