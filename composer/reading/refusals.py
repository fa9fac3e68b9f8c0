"""Why a file of somebody's own cannot be carried on, each fault as a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.errors import RequestError
from composer.listening.refusals import SENTENCES as SENTENCES_OF_RECORDINGS

if TYPE_CHECKING:
    from composer.formats.sections import Refused

SENTENCES = {
    "given_unknown": "this is no music that I can read; give a MIDI, MusicXML, ABC or Humdrum file, or a recording",
    "given_damaged": "this file is damaged; save it anew with the program that wrote it",
    "given_large": "this file is larger than {megabytes} MB; give a shorter piece",
    "given_notes": "this file has more than {most} notes; give a shorter piece",
    "given_long": "this file claims to last for hours; give a shorter piece",
    "given_silent": "there are no notes with a pitch in this file; give another one",
    "given_short": "this is too short to be carried on; give at least two bars and four notes",
    "given_gaps": "most bars of this file are empty; give a piece without such long rests",
    "given_metre": "I don't know the metre of this file; give a piece in {metres} or the like",
    "given_range": "this file has notes beyond the piano's keyboard; give a piece within it",
    "given_free": "this piece has neither metre nor key, so there is nothing to go on from; give another one",
    "given_slow": "this file takes too long to understand; give a shorter or simpler piece",
    **SENTENCES_OF_RECORDINGS,
}
"""English sentence by reason; a chat words it by the reason and the values."""

_BEGINNINGS = {
    "unreadable: no MIDI file": "given_unknown",
    "unreadable: no score": "given_unknown",
    "unreadable: no **kern": "given_unknown",
    "unreadable: its XML is damaged": "given_unknown",
    "unreadable: a web page": "given_unknown",
    "unreadable": "given_damaged",
    "a Finale file": "given_unknown",
    "no notes": "given_silent",
    "no music": "given_silent",
    "an empty file": "given_silent",
    "fewer than": "given_short",
    "no 2 bars with": "given_short",
    "more than a third of its bars are empty": "given_gaps",
    "no bars in a metre": "given_metre",
    "no steady beat": "given_metre",
    "notes beyond the keyboard": "given_range",
    "larger than any score": "given_large",
    "more notes than any piece": "given_notes",
    "longer than any piece": "given_long",
}
"""Reason by how a reader's own begins; of several the first."""

MOST_MIDI_BYTES = 1_000_000
MOST_NOTATION_BYTES = 4_000_000
"""MusicXML takes several bytes to say what MIDI says in one."""

MOST_NOTES = 20_000

_VALUES: dict[str, object] = {
    "megabytes": MOST_NOTATION_BYTES // 1_000_000,
    "most": MOST_NOTES,
    "metres": "2/4, 3/4, 4/4, 6/8",
}


def refusal(reason: str, **values: object) -> RequestError:
    """The refusal for a reason, with what its sentence tells."""
    sentence = SENTENCES[reason]
    told = {name: value for name, value in {**_VALUES, **values}.items() if f"{{{name}}}" in sentence}
    return RequestError(sentence.format(**told), reason=reason, values=told)


def refusal_of(refused: Refused) -> RequestError:
    """The refusal for what a reader of files refused."""
    said = str(refused)
    return refusal(next((reason for start, reason in _BEGINNINGS.items() if said.startswith(start)), "given_damaged"))
