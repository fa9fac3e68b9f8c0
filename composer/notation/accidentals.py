"""Accidentals: which notes of a bar need a sign, after signature, bar and the bar before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from composer.music.score import Note
    from composer.notation.rhythm.engraving import Written
    from composer.notation.staff import Name

_SHARPS = "FCGDAEB"

SIGNS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}
"""MusicXML's words."""


def altered_by(signature: int) -> dict[str, int]:
    """Alteration of each letter under a signature of so many sharps, or flats where negative."""
    if signature >= 0:
        return {letter: int(index < signature) for index, letter in enumerate(_SHARPS)}
    return {letter: -int(index < -signature) for index, letter in enumerate(reversed(_SHARPS))}


class Accidentals:
    """Follows a staff from bar to bar."""

    def __init__(self) -> None:
        self._before: dict[tuple[str, int], int] = {}

    def of_bar(
        self, voices: Sequence[Sequence[Written]], names: Mapping[Note, Name], signature: int
    ) -> dict[tuple[int, int, int], bool]:
        """Signs of the next bar: (voice, index, pitch) -> whether the sign only reminds.

        What is tied to the bar before needs no sign. A note that was altered in the bar before, and is not any
        more, is reminded of.
        """
        usual = altered_by(signature)
        now: dict[tuple[str, int], int] = {}
        shown: dict[tuple[int, int, int], bool] = {}
        order = sorted((own.start, voice, index) for voice, line in enumerate(voices) for index, own in enumerate(line))
        for _, voice, index in order:
            written = voices[voice][index]
            for note in written.notes:
                name = names[note]
                place = (name.letter, name.octave)
                if written.tied_back:
                    continue
                if now.get(place, usual[name.letter]) != name.alteration:
                    shown[voice, index, note.pitch] = False
                elif place not in now and self._before.get(place, name.alteration) != name.alteration:
                    shown[voice, index, note.pitch] = True
                now[place] = name.alteration
        self._before = {place: own for place, own in now.items() if own != usual[place[0]]}
        return shown
