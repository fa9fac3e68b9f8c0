"""Which notes need a sharp, flat or natural."""

from __future__ import annotations

from composer.notation.accidentals import Accidentals
from composer.notation.rhythm.engraving import engrave
from composer.notation.staff import Name
from tests.composer.pieces import FOUR_FOUR, line
from tests.composer.tunes import note

NAMES = {65: Name("F", 0, 4), 66: Name("F", 1, 4), 78: Name("F", 1, 5), 67: Name("G", 0, 4)}


def signs_of(*notes, signature=0, bars=1):
    """For every bar: (tick, pitch) -> whether the sign only reminds."""
    names = {own: NAMES[own.pitch] for own in notes}
    follower = Accidentals()
    found = []
    for voices in engrave(notes, metre=FOUR_FOUR, bars=bars):
        signs = follower.of_bar(voices, names, signature)
        found.append({(voices[voice][index].start, pitch): sign for (voice, index, pitch), sign in signs.items()})
    return found


def test_sign_holds_for_its_bar_and_octave():
    assert signs_of(*line([66, 66, 78, 65])) == [{(0, 66): False, (48, 78): False, (72, 65): False}]


def test_signature_spares_a_sign_and_asks_for_a_natural():
    assert signs_of(*line([66, 65, 66, 67]), signature=1) == [{(24, 65): False, (48, 66): False}]


def test_note_tied_over_the_bar_line_needs_none_but_the_next_one_does():
    assert signs_of(note(72, 48, 66), note(120, 24, 66), note(144, 48, 67), bars=2) == [
        {(72, 66): False},
        {(24, 66): False},
    ]


def test_what_was_altered_in_the_bar_before_is_reminded_of():
    assert signs_of(*line([66, 67, 67, 67, 65, 67, 67, 67]), bars=2) == [{(0, 66): False}, {(0, 65): True}]
