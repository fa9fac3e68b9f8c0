"""What a piece is rendered from, as composing left it: notes in MIDI, or sound that nobody wrote as notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from composer.audio import recording, synthesis
from composer.audio.mu_law import to_samples
from composer.audio.resampling import resample
from composer.audio.softening import soften
from composer.chip import playing as chip
from composer.performance import midi
from composer.performance.instruments import CHIPTUNE, LOFI
from composer.picture import piano_roll
from composer.picture.spectrogram import draw_spectrogram
from composer.request import NETWORK
from composer.source_filter import playing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from composer.audio.recording import Recording
    from composer.audio.samples import Samples
    from composer.music.score import Score


class Original(Protocol):
    """A piece before it is rendered."""

    @property
    def settings(self) -> Mapping[str, object]:
        """All that is needed to compose the same piece again."""

    @property
    def midi(self) -> bytes:
        """Its MIDI file; empty where nobody wrote notes."""

    def sounding(self, *, soundfont: Path, networks: Path | None, seconds: float, check: Callable[[], None]) -> Samples:
        """Its sound, neither levelled nor trimmed; see `synthesis.synthesise` and `playing.play`."""

    def network_share(self, networks: Path | None) -> str:
        """How much of it networks play, see `playing.NetworkShare`; empty where none was asked to."""

    def drawn(self, *, title: str, caption: str, remark: str) -> bytes:
        """Its picture as PNG."""


class NotesOriginal:
    """A MIDI file that Cadenza wrote."""

    def __init__(self, data: bytes, score: Score | None = None) -> None:
        """Read the file.

        Args:
            data: The file.
            score: Its music to the tick, where that is known better than from the file.

        Raises:
            RequestError: If the file is damaged or from another program.
        """
        self.midi = data
        found, self.settings = midi.read(data)
        self._written = found
        self._score = score or found

    def sounding(self, *, soundfont: Path, networks: Path | None, seconds: float, check: Callable[[], None]) -> Samples:
        """Play the notes; see `Original`."""
        if self._asks_for_chip:
            return chip.play(self._written, seconds=seconds, check=check)
        if self._asks_for_networks:
            played = playing.play(self.midi, soundfont=soundfont, networks=networks, seconds=seconds, check=check)
        else:
            played = synthesis.synthesise(self.midi, soundfont=soundfont, seconds=seconds, check=check)
        return soften(played, check=check) if self.settings.get("instrument") == LOFI.name else played

    def network_share(self, networks: Path | None) -> str:
        """See `Original`."""
        return playing.network_share(self.midi, networks=networks) if self._asks_for_networks else ""

    @property
    def _asks_for_chip(self) -> bool:
        return self.settings.get("instrument") == CHIPTUNE.name

    @property
    def _asks_for_networks(self) -> bool:
        return self.settings.get("instrument_sound") == NETWORK and not self._asks_for_chip

    def drawn(self, *, title: str, caption: str, remark: str) -> bytes:
        """Draw a piano roll; see `Original`."""
        return piano_roll.draw_piano_roll(self._score, title=title, caption=caption, remark=remark)


class SoundOriginal:
    """A recording that Cadenza wrote; it needs no soundfont."""

    midi = b""

    def __init__(self, data: bytes) -> None:
        """Read the file.

        Raises:
            RequestError: If the file is damaged or from another program.
        """
        self._recording: Recording = recording.read(data)
        self.settings = self._recording.settings

    def sounding(self, *, seconds: float, check: Callable[[], None], **_: object) -> Samples:  # noqa: ARG002
        """Bring the samples to the rate that is heard; see `Original`."""
        check()
        return resample(to_samples(self._recording.levels))

    def network_share(self, networks: Path | None) -> str:  # noqa: ARG002
        """Nothing: it has no notes; see `Original`."""
        return ""

    def drawn(self, *, title: str, caption: str, remark: str) -> bytes:
        """Draw a spectrogram; see `Original`."""
        return draw_spectrogram(self._recording, title=title, caption=caption, remark=remark)


def read_original(data: bytes) -> Original:
    """The original in a file that Cadenza wrote.

    Raises:
        RequestError: If the file is damaged or from another program.
    """
    return SoundOriginal(data) if data.startswith(recording.MAGIC) else NotesOriginal(data)
