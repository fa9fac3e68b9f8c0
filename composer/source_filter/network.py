"""A file with a network that plays instruments: what it says of itself, and how it turns excitation into sound."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from composer.errors import ModelError
from composer.models import loading
from composer.models.identity import Source
from composer.source_filter.excitation import HOP, ROLL_WIDTH, WAVES, Excitation, NoteEnvelope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    import onnxruntime
    from numpy.typing import NDArray

    from composer.source_filter.sounding import SoundingNote

FOLD = 4
"""Samples that the network takes and gives at once."""

CHUNK = 1024
"""Samples of one run of the graph. What a layer still needs of the last chunk is kept in its tail."""

WAVES_INPUT, ROLL_INPUT, SOUND_OUTPUT = "waves", "roll", "sound"
"""Names in the graph. Its other inputs are states, each of which comes out as `new_` and its name."""

NEW = "new_"

_STRETCH = 16 * CHUNK
"""Samples whose excitation is computed at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundCard:
    """What a file says of itself.

    Attributes:
        name: Name of the family of instruments, such as piano.
        programs: General MIDI programs that it plays, in the order of its conditions.
        envelopes: How the notes of each program are excited.
        gain: Factor that brings its sound to the level at which FluidSynth plays.
        width: Channels of its layers.
        dilations: Steps that each layer looks back.
        roll_width: Numbers to which a frame of the roll is embedded.
        parameters: Number of its weights.
        trained_on: Sets of pieces, or recordings, that it learned from, with their licences.
        seconds: Sound that it learned from, in seconds.
        loss: Spectral distance on sound that was held out.
        seed: Seed of its training.
    """

    name: str
    programs: tuple[int, ...]
    envelopes: tuple[NoteEnvelope, ...]
    gain: float
    width: int
    dilations: tuple[int, ...]
    roll_width: int
    parameters: int
    trained_on: tuple[Source, ...]
    seconds: float
    loss: float
    seed: int

    def to_json(self) -> str:
        """The card as it stands in its file."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> SoundCard:
        """The card that `to_json` wrote.

        Raises:
            ValueError: If it is another one.
        """
        try:
            values: dict[str, Any] = json.loads(text)
            values["programs"], values["dilations"] = tuple(values["programs"]), tuple(values["dilations"])
            values["envelopes"] = tuple(NoteEnvelope(**row) for row in values["envelopes"])
            values["trained_on"] = tuple(Source(**row) for row in values["trained_on"])
            return cls(**values)
        except (TypeError, KeyError) as error:
            raise ValueError(f"its card is not one of an instrument: {error}") from error


@dataclass(frozen=True, slots=True)
class SoundNetwork:
    """A loaded file: immutable, and shared by any number of threads.

    Attributes:
        card: What the file says of itself.
        session: Runs its graph.
    """

    card: SoundCard
    session: onnxruntime.InferenceSession

    def play(
        self,
        notes: Iterable[SoundingNote],
        *,
        program: int,
        samples: int,
        chunk: int = CHUNK,
        check: Callable[[], None] = lambda: None,
    ) -> NDArray[np.float32]:
        """Play notes on one of the card's programs.

        Args:
            notes: What is played.
            program: One of the card's.
            samples: Length of the result.
            chunk: Samples of each run of the graph, a multiple of `HOP`.
            check: Called some times a second; what it raises ends the playing.

        Returns:
            Shape (samples,), at `composer.source_filter.excitation.RATE`.
        """
        index = self.card.programs.index(program)
        kind = np.eye(len(self.card.programs), dtype=np.float32)[index]
        excitation = Excitation(notes, self.card.envelopes[index])
        states = self._silent_states()
        sound = np.zeros(-(-samples // chunk) * chunk, np.float32)
        for at, waves, roll in _chunks(excitation, len(sound), chunk):
            if at % _STRETCH == 0:
                check()
            given = {WAVES_INPUT: folded(waves), ROLL_INPUT: with_kind(roll, kind), **states}
            played, *new = self.session.run(None, given)
            states = dict(zip(states, new, strict=True))
            sound[at : at + chunk] = played.reshape(-1)
        return sound[:samples] * np.float32(self.card.gain)

    def _silent_states(self) -> dict[str, NDArray[np.float32]]:
        return {
            given.name: np.zeros([size if isinstance(size, int) else 1 for size in given.shape], np.float32)
            for given in self.session.get_inputs()
            if given.name not in {WAVES_INPUT, ROLL_INPUT}
        }


def folded(waves: NDArray[np.float32]) -> NDArray[np.float32]:
    """Waves (samples, WAVES) as the network takes them, shape (1, samples / FOLD, FOLD * WAVES)."""
    return waves.reshape(1, -1, FOLD * WAVES)


def with_kind(roll: NDArray[np.float32], kind: NDArray[np.float32]) -> NDArray[np.float32]:
    """A roll (frames, ROLL_WIDTH) with the condition (kinds,) beside each frame, shape (1, frames, both)."""
    return np.concatenate([roll, np.broadcast_to(kind, (len(roll), len(kind)))], axis=-1)[None]


def _chunks(
    excitation: Excitation, samples: int, chunk: int
) -> Iterator[tuple[int, NDArray[np.float32], NDArray[np.float32]]]:
    """First sample, waves and roll of each chunk."""
    stretch = -(-_STRETCH // chunk) * chunk
    for first in range(0, samples, stretch):
        count = min(stretch, samples - first)
        waves, roll = excitation.stretch(first, count)
        for at in range(0, count, chunk):
            yield first + at, waves[at : at + chunk], roll[at // HOP : (at + chunk) // HOP]


def read_card(path: Path) -> SoundCard:
    """Read a file's card without loading its weights into a session.

    Raises:
        ModelError: If it is missing, damaged, or another kind of file.
    """
    return _card(loading.read_bytes(path), path)


def load(path: Path) -> SoundNetwork:
    """Load a file.

    Raises:
        ModelError: If it is missing, damaged, or another kind of file.
    """
    data = loading.read_bytes(path)
    card = _card(data, path)
    session = loading.session_of(data, path=path)
    widths = {given.name: given.shape[-1] for given in session.get_inputs()}
    if (widths.get(WAVES_INPUT), widths.get(ROLL_INPUT)) != (FOLD * WAVES, ROLL_WIDTH + len(card.programs)):
        raise ModelError(f"{path} does not take what its card says; install it anew")
    return SoundNetwork(card, session)


def _card(data: bytes, path: Path) -> SoundCard:
    try:
        return SoundCard.from_json(loading.card_text(data, path=path))
    except ValueError as error:
        raise ModelError(f"{path} cannot be used: {error}; install it anew") from error
