"""Encoding to MP3 with tags."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from mutagen.id3 import ID3
from mutagen.mp3 import MP3, MPEGInfo

from composer.audio.mp3 import KILOBITS, encode_mp3
from composer.audio.samples import SAMPLE_RATE, Pcm
from composer.engine import Cancelled
from tests.composer.sounds import decoded, sine


def tone(seconds: float) -> Pcm:
    """A tone with a silent end."""
    pcm = (sine(hertz=440, seconds=seconds, level=0.5) * 32767).astype(np.int16)
    pcm[-SAMPLE_RATE // 20 :] = 0
    return pcm


def properties(mp3: bytes) -> MPEGInfo:
    info = MP3(BytesIO(mp3)).info
    assert info is not None
    return info


def test_other_programs_read_title_artist_and_comment() -> None:
    comment = '{"key": "E♭ major", "seed": 7}' * 20

    tags = ID3(BytesIO(encode_mp3(tone(0.2), title="Prélude in B♭", comment=comment)))

    assert tags["TIT2"].text == ["Prélude in B♭"]
    assert tags["TPE1"].text == ["Cadenza"]
    assert tags.getall("COMM")[0].text == [comment]


@pytest.mark.parametrize("seconds", [0.2, 1.0, 10.0, 12.345])
def test_the_file_lasts_as_long_as_the_sound(seconds: float) -> None:
    mp3 = encode_mp3(tone(seconds), title="", comment="")

    assert len(decoded(mp3)) / SAMPLE_RATE == pytest.approx(seconds, abs=0.03)
    assert properties(mp3).length == pytest.approx(seconds, abs=0.03)


def test_the_bit_rate_is_constant() -> None:
    mp3 = encode_mp3(tone(10), title="", comment="")

    assert len(mp3) * 8 / 10 == pytest.approx(KILOBITS * 1000, rel=0.01)


def test_the_sound_is_the_same_after_decoding() -> None:
    pcm = tone(2)

    samples = decoded(encode_mp3(pcm, title="", comment=""))

    heard = np.abs(np.fft.rfft(samples[SAMPLE_RATE // 2 :][:SAMPLE_RATE, 0]))
    assert heard.argmax() == 440
    assert np.abs(samples[SAMPLE_RATE // 2 : SAMPLE_RATE]).max() == pytest.approx(0.5, rel=0.1)


def test_equal_sounds_give_equal_bytes() -> None:
    assert encode_mp3(tone(1), title="a", comment="b") == encode_mp3(tone(1), title="a", comment="b")


def test_lower_rates_and_mono_make_smaller_files_of_the_same_length() -> None:
    sound = tone(10)

    low = encode_mp3(sound, title="", comment="", kilobits=96)
    mono = encode_mp3(sound, title="", comment="", kilobits=64, mono=True)

    assert "96000 bps (CBR?), 44100 Hz, 2 chn" in properties(low).pprint()
    assert "64000 bps (CBR?), 44100 Hz, 1 chn" in properties(mono).pprint()
    assert len(mono) < len(low) < len(encode_mp3(sound, title="", comment=""))
    for mp3 in (low, mono):
        assert properties(mp3).length == pytest.approx(10, abs=0.1)


def test_encoding_ends_when_the_check_says_so() -> None:
    def check() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        encode_mp3(tone(1), title="", comment="", check=check)
