"""The engines that dream sound: no notes, no metre and no key, sample after sample."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from composer.audio.mu_law import SAMPLE_RATE
from composer.engine import Candidate, check_request
from composer.errors import ModelError, RequestError, quoted
from composer.models.choosing import UNFITTED
from composer.models.identity import Identity, Source
from composer.music.free_score import FreeScore
from composer.planning.free_plan import plan_free_music
from composer.raw_audio.network import WARM_UP, load_kept, read_card

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from composer.models.choosing import Choosing
    from composer.planning.plan import Plan
    from composer.raw_audio.network import RawAudioNetwork
    from composer.request import Request

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent

SHORTEST, LONGEST = 5.0, 15.0
"""Seconds."""

SUFFIX = ".raw.onnx"
"""How the files end that hold networks of one's own, see `python -m training fit-audio`."""

TITLE = "Dream of sound"

REMARK = "Dreams sound, not music"
"""What is said of every piece, since nobody would believe it to be music; how it was drawn follows."""

TRAINED_ON = (Source("pieces by Cadenza's own models, played by FluidSynth with FluidR3", "CC BY 4.0"),)
"""What stands in the cards of the files that come with Cadenza."""


@dataclass(frozen=True, slots=True)
class RawAudioEngine:
    """Draws one sample after the other as likely as the network has it, and feeds it back.

    Attributes:
        identity: Who composes.
        kind: What its network is called.
        path: File of the network.
    """

    identity: Identity
    kind: str
    path: Path

    @property
    def choosing(self) -> Choosing:
        """One draw is one piece."""
        return UNFITTED

    def load_file(self) -> None:
        """Load the network; see `FileEngine`."""
        _network(self.path)

    def check(self, request: Request) -> None:
        """Refuse lengths that nobody would listen to; see `Engine`."""
        check_request(self.identity, request)

    def plan(self, request: Request, _rng: np.random.Generator) -> Plan:
        """Settle nothing but the length; see `Engine`."""
        return plan_free_music(request.seconds)

    def candidates(
        self, request: Request, plan: Plan, rng: np.random.Generator, progress: Callable[[int], None]
    ) -> list[Candidate]:
        """Dream; see `Engine`."""
        number = WARM_UP + round(request.seconds * SAMPLE_RATE)
        levels = _network(self.path).dream(number, rng, lambda drawn: progress(drawn * plan.bars // number))
        score = FreeScore.of((), seconds=request.seconds, timbres=())
        remark = f"{REMARK}. {self.kind} · {SAMPLE_RATE / 1000:g} kHz · T = 1"
        return [Candidate(score, title=TITLE, remark=remark, sound=levels[WARM_UP:])]


def _network(path: Path) -> RawAudioNetwork:
    return load_kept(path)


def engines_in(folder: Path) -> list[RawAudioEngine]:
    """The engines of a folder's files NAME.raw.onnx, by name.

    A file that cannot be used is left out, and the log says why.
    """
    found = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            card = read_card(path)
            sources = card.trained_on
            found.append(_engine(path.name.removesuffix(SUFFIX), card.kind, path, trained_on=sources, licence=""))
        except (ModelError, ValueError, KeyError) as error:
            log.warning("%s is left out: %s", path, error)
    return found


def check_file_name(path: Path) -> None:
    """Refuse the name of a file under which nobody would find its network.

    Raises:
        RequestError: The message says how to name it.
    """
    name = path.name.removesuffix(SUFFIX)
    try:
        _engine(name, "wavenet", path)
        usable = name != path.name and all(name != one.identity.name for one in RAW_AUDIO_ENGINES)
    except ValueError:
        usable = False
    if not usable:
        raise RequestError(
            f"{quoted(path.name)} is no name under which a model is found; write small letters, digits and hyphens, "
            f"such as rain{SUFFIX}, and no name that a model has"
        )


_KINDS = {
    "wavenet": ("WaveNet", "dilated convolutions over the samples of sound"),
    "lstm": ("LSTM", "a long short-term memory over the samples of sound"),
}
"""By kind of a network: what it is called, and what it is."""


def _engine(
    name: str, kind: str, path: Path, *, trained_on: tuple[Source, ...] = TRAINED_ON, licence: str = "CC-BY-4.0"
) -> RawAudioEngine:
    called, architecture = _KINDS[kind]
    identity = Identity(
        name=name,
        version=1,
        architecture=architecture,
        licence=licence,
        styles=("piano",),
        trained_on=trained_on,
        honours=frozenset(),
        shortest=SHORTEST,
        longest=LONGEST,
    )
    return RawAudioEngine(identity, called, path)


RAW_AUDIO_ENGINES = tuple(_engine(f"audio-{kind}-raw", kind, FOLDER / f"{kind}.onnx") for kind in _KINDS)
"""A WaveNet and an LSTM over amplitudes, as the tutorial explains them."""
