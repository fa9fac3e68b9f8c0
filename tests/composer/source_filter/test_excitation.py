"""What excites a network: the asked pitches, when they are asked for."""

from __future__ import annotations

import numpy as np
import pytest

from composer.source_filter.excitation import HOP, LOWEST, RATE, WAVES, Excitation, NoteEnvelope
from composer.source_filter.sounding import SoundingNote

STRUCK = NoteEnvelope(attack=0.004, half_life=0.5, release=0.05)
HELD = NoteEnvelope(attack=0.03, half_life=0.0, release=0.05)
SECOND = RATE // HOP * HOP


def note(start: float = 0.5, end: float = 1.5, pitch: int = 69, **changes) -> SoundingNote:
    return SoundingNote(**{"start": start, "end": end, "pitch": pitch, "level": 1.0, **changes})


def peak(wave: np.ndarray) -> float:
    """The loudest frequency, in Hz."""
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave)), 1 << 16))
    return float(spectrum.argmax() * RATE / (1 << 16))


@pytest.mark.parametrize("envelope", [STRUCK, HELD], ids=["struck", "held"])
def test_it_is_the_same_whatever_the_stretches(envelope: NoteEnvelope) -> None:
    notes = [note(), note(0.61, 1.1, 50), note(1.0037, 2, 100, bends=((1.0037, 0.0), (1.5, 3.5)))]
    excitation = Excitation(notes, envelope)

    whole = excitation.stretch(0, 3 * SECOND)
    parts = [excitation.stretch(first, 10 * HOP) for first in range(0, 3 * SECOND, 10 * HOP)]

    for number in (0, 1):
        assert np.array_equal(np.concatenate([part[number] for part in parts])[: len(whole[number])], whole[number])


@pytest.mark.parametrize("pitch", [33, 57, 81, 105])
def test_the_first_wave_has_the_asked_pitch(pitch: int) -> None:
    waves, _ = Excitation([note(pitch=pitch)], HELD).stretch(SECOND, SECOND // 2 // HOP * HOP)

    assert peak(waves[:, 0]) == pytest.approx(440 * 2 ** ((pitch - 69) / 12), rel=0.01, abs=0.5)


def test_a_bent_note_ends_at_the_pitch_to_which_it_is_bent() -> None:
    bent = note(bends=((0.5, 0.0), (1.0, 12.0)))
    waves, _ = Excitation([bent], HELD).stretch(SECOND, SECOND // 4 // HOP * HOP)

    assert peak(waves[:, 0]) == pytest.approx(880, rel=0.01)


def test_nothing_sounds_before_a_note_and_long_after_it() -> None:
    waves, roll = Excitation([note()], STRUCK).stretch(0, 4 * SECOND)

    assert waves.shape == (4 * SECOND, WAVES)
    assert not waves[: RATE // 2].any()
    assert not waves[3 * SECOND :].any()
    assert not roll[3 * SECOND // HOP :].any()


def test_a_struck_note_dies_away_and_a_held_one_stays() -> None:
    struck, held = (Excitation([note(pitch=60, end=3)], one).amplitudes(4 * SECOND // HOP) for one in (STRUCK, HELD))
    early, late = round(0.6 * RATE / HOP), round(2.1 * RATE / HOP)

    assert struck[late] / struck[early] == pytest.approx(1 / 8, rel=0.05)
    assert held[late] == held[early] == 1


def test_the_roll_shows_which_key_sounds() -> None:
    _, roll = Excitation([note(pitch=60)], HELD).stretch(0, 2 * SECOND)

    assert np.flatnonzero(roll[SECOND // HOP]).tolist()[0] == 60 - LOWEST
