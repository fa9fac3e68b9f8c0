"""Model files: which are installed, what they say about themselves, and how one is loaded."""

from __future__ import annotations

import hashlib
import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as runtime_errors

from composer.errors import ModelError, spell_command
from composer.models import card as cards
from composer.models import onnxfile
from composer.models.identity import choose_version
from composer.tokens import features, vocabulary

if TYPE_CHECKING:
    from composer.models.card import ModelCard
    from composer.tokens.features import FeatureSet

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parents[1] / "weights"
"""Where the models lie that come with Cadenza."""

_FILE_NAME = re.compile(r"(?P<name>[a-z0-9][a-z0-9-]*)-v(?P<version>[1-9][0-9]*)\.onnx")
_REFUSALS = (
    runtime_errors.Fail,
    runtime_errors.InvalidArgument,
    runtime_errors.InvalidGraph,
    runtime_errors.InvalidProtobuf,
    runtime_errors.NotImplemented,
    runtime_errors.RuntimeException,
)


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded model: immutable, and shared by any number of decoders and threads."""

    path: Path
    card: ModelCard
    session: onnxruntime.InferenceSession

    @property
    def reads(self) -> FeatureSet:
        """What it reads beside a token."""
        return features.SETS[self.card.network.features]


def load(path: Path, *, sha256: str | None = None) -> Model:
    """Load a model file.

    Args:
        path: The file.
        sha256: SHA-256 that it must have, in hex; whatever it has, where this is None.

    Raises:
        ModelError: If it is missing, unreadable, damaged, swapped for another, or made for other tokens or features
            than ours.
    """
    data = read_bytes(path)
    if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256:
        raise ModelError(f"{path} was swapped for another file; put that back, or start again to use this one")
    return from_bytes(data, path=path)


def from_bytes(data: bytes, *, path: Path) -> Model:
    """Load a model from the bytes of its file; `path` is for messages.

    Raises:
        ModelError: As `load` does.
    """
    card = _card(data, path)
    _check_fingerprints(card, path)
    session = session_of(data, path=path)
    expected = ["token", "features", *(state.name for state in card.network.states)]
    if [given.name for given in session.get_inputs()] != expected:
        raise ModelError(f"{path} does not take what its card says; install it anew")
    return Model(path, card, session)


def session_of(data: bytes, *, path: Path) -> onnxruntime.InferenceSession:
    """A session that runs the bytes of an ONNX file; `path` is for messages.

    Raises:
        ModelError: If ONNX Runtime refuses them.
    """
    try:
        return onnxruntime.InferenceSession(data, _options(), providers=["CPUExecutionProvider"])
    except _REFUSALS as error:
        raise ModelError(f"{path} cannot be run by ONNX Runtime {onnxruntime.__version__}; install it anew") from error


def _check_fingerprints(card: ModelCard, path: Path) -> None:
    for what, theirs, ours in (
        ("tokens", card.network.vocabulary, (vocabulary.fingerprint(),)),
        ("features", card.network.features, tuple(features.SETS)),
    ):
        if theirs not in ours:
            known = " or ".join(ours)
            raise ModelError(f"{path} was made for other {what} ({theirs}, not {known}); install one for this version")


def read_card(path: Path) -> ModelCard:
    """Read a file's card without loading its weights into a session.

    Raises:
        ModelError: If the file is missing, unreadable or damaged.
    """
    return _card(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    """The bytes of a model file.

    Raises:
        ModelError: If it is missing or cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ModelError(f"no model file at {path}; install one there") from None
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}; mend that or install it anew") from error


def _card(data: bytes, path: Path) -> ModelCard:
    try:
        return cards.from_json(card_text(data, path=path), path=path)
    except ValueError as error:
        raise ModelError(f"{path} cannot be used: {error}; install it anew") from error


def card_text(data: bytes, *, path: Path) -> str:
    """What a whole and undamaged file says of itself, in JSON; `path` is for messages.

    Raises:
        ModelError: If it is damaged, or no file of Cadenza's.
    """
    try:
        envelope = onnxfile.read(data)
    except ValueError as error:
        raise ModelError(f"{path} is damaged or not a model file: {error}; install it anew") from error
    if onnxfile.CARD not in envelope.metadata:
        raise ModelError(f"{path} is an ONNX file but not a model of Cadenza's: it has no card; install another")
    if not envelope.intact:
        raise ModelError(f"{path} is damaged: its checksum does not fit; install it anew")
    return envelope.metadata[onnxfile.CARD]


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    # One thread that does not spin: a step is too small to share, and decoders run side by side.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    # As fast without it, and it never gives memory back.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4  # what went wrong is raised; nothing is to be printed
    return options


def installed(folder: Path | None = None) -> list[ModelCard]:
    """The cards of the models in a folder (that of the models which come with Cadenza), by name, newest first.

    A file that cannot be used is left out, and the log says why.
    """
    found = []
    for path in files(folder).values():
        try:
            found.append(read_card(path))
        except ModelError as error:
            log.warning("%s", error)
    return sorted(found, key=lambda card: (card.identity.name, -card.identity.version))


def files(folder: Path | None = None) -> dict[tuple[str, int], Path]:
    """The model files of a folder by name and version, going by what they are called; damaged ones too."""
    matches = ((_FILE_NAME.fullmatch(path.name), path) for path in sorted((folder or FOLDER).glob("*.onnx")))
    return {(match["name"], int(match["version"])): path for match, path in matches if match}


def versions(name: str, folder: Path | None = None) -> list[int]:
    """Versions of a model's files in a folder (Cadenza's own where none is named), damaged ones too; rising."""
    return sorted(version for known, version in files(folder) if known == name)


def find(wanted: str, folder: Path | None = None) -> ModelCard:
    """The newest model file of a name, or one version of it where `wanted` reads NAME@VERSION.

    Raises:
        RequestError: If there is no such model or version.
        ModelError: If none is installed, or its file is unreadable or damaged.
    """
    found = files(folder)
    if not found:
        raise none_installed(folder)
    return read_card(found[choose_version(wanted, found)])


def none_installed(folder: Path | None) -> ModelError:
    """The answer where a folder has no model files."""
    return ModelError(
        f"no models are installed in {folder or FOLDER}; put one there: {spell_command('training export')}"
    )
