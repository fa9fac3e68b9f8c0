"""What commands are handed: models and corpora, by name or path."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from composer.engines import BUILT_IN
from composer.errors import RequestError
from composer.models import loading
from training.corpus import dataset
from training.corpus.prepare import log_verdicts, prepare_corpus

if TYPE_CHECKING:
    from composer.models.loading import Model
    from training.corpus.dataset import Dataset


def load_model(wanted: str) -> Model:
    """Load a model by name, name@version or path.

    Raises:
        RequestError: If no such model is installed.
        ModelError: If its file cannot be used.
    """
    return loading.load(model_path(wanted))


def model_path(wanted: str, folder: Path | None = None) -> Path:
    """The file of a model by name, name@version or path; `folder` is where names are looked for.

    Raises:
        RequestError: If no such model is installed, or it is an engine without a file.
        ModelError: If none is installed at all.
    """
    path = Path(wanted)
    if path.suffix == ".onnx":
        return path
    name = wanted.partition("@")[0].strip().lower()
    if name in BUILT_IN:
        raise RequestError(f"`{name}` is no network, so there is nothing to train or to measure; choose another model")
    return loading.find(wanted, folder).path


def load_corpus(path: Path) -> Dataset:
    """Load a prepared corpus, or prepare one, a folder or archive of music, and tell what was refused.

    Raises:
        RequestError: If there is nothing, or nothing that can be used.
        MachineError: If the prepared corpus is damaged or was made with another vocabulary.
    """
    if (path / dataset.MANIFEST).is_file():
        return dataset.load(path)
    left_out: dict[str, str] = {}
    data, verdicts = prepare_corpus([path], only=(), workers=os.cpu_count() or 1, left_out=left_out)
    log_verdicts(verdicts, left_out)
    return data
