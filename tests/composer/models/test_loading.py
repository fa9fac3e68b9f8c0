from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from composer.errors import ModelError, RequestError
from composer.models import card as cards
from composer.models import loading, onnxfile
from composer.models.card import ModelCard, changed
from composer.models.choosing import EVERY_STYLE, USUAL_RECALL
from composer.models.identity import Source
from composer.models.network_spec import FixtureCost, StateSpec
from composer.music.intervals import INTERVALS
from tests.composer import handmade

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, card: ModelCard) -> Path:
    model, _ = handmade.echo(1)
    path.write_bytes(handmade.file_bytes(model, card))
    return path


def test_a_card_survives_the_file(tmp_path: Path) -> None:
    _, card = handmade.echo(1)
    card = changed(
        card,
        version=7,
        trained_on=(Source("chopin", "CC BY 4.0"),),
        licence="MIT",
        bits_per_note=6.25,
        fixture_cost=FixtureCost("0123456789abcdef", 6.5),
        tokens_seen=1_000_000,
        styles=("piano", "song"),
        profiles={"piano": {"density": (4.5, 1.25)}},
        ranking={"piano": {"density": (0.5, -0.25)}, EVERY_STYLE: {}},
        following={"piano": {"density": 0.75}},
        tilts={"piano": (tuple(step / 8 for step in INTERVALS), (0.5,) * len(INTERVALS))},
        recall=0.75,
        date="2026-01-31",
    )

    path = write(tmp_path / "echo-v7.onnx", card)

    assert loading.read_card(path) == replace(card, path=path)
    assert loading.load(path).card == replace(card, path=path)


def test_a_missing_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no model file at .*gone\.onnx"):
        loading.load(tmp_path / "gone.onnx")


def test_a_folder_is_no_model_file(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        loading.load(tmp_path)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_short_is_damaged(tmp_path: Path, share: float) -> None:
    path = handmade.install(tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])

    with pytest.raises(ModelError, match=r"echo-v1\.onnx"):
        loading.load(path)


def test_every_single_changed_byte_is_noticed_or_harmless(tmp_path: Path) -> None:
    path = handmade.install(tmp_path)
    card, data = loading.read_card(path), path.read_bytes()

    for place in range(0, len(data), 3):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        with suppress(ModelError):
            assert loading.load(path).card.network.states == card.network.states


@pytest.mark.parametrize("data", [b"RIFF\x00\x00\x00\x00WAVE", b"\x00" * 100, b"\xff" * 100, b"hello, world\n"])
def test_a_file_of_another_kind_is_no_model(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "echo-v1.onnx"
    path.write_bytes(data)

    with pytest.raises(ModelError, match=r"echo-v1\.onnx"):
        loading.load(path)


def test_an_onnx_file_of_somebody_else_has_no_card(tmp_path: Path) -> None:
    model, _ = handmade.echo(1)
    path = tmp_path / "foreign.onnx"
    path.write_bytes(model.SerializeToString())

    with pytest.raises(ModelError, match="has no card"):
        loading.load(path)


@pytest.mark.parametrize(("fingerprint", "what"), [("vocabulary", "tokens"), ("features", "features")])
def test_a_model_for_another_vocabulary_or_other_features_is_refused(
    tmp_path: Path, fingerprint: str, what: str
) -> None:
    values = json.loads(handmade.echo(1)[1].to_json())
    values[fingerprint] = "0123456789abcdef"
    path = write(tmp_path / "echo-v1.onnx", cards.from_json(json.dumps(values)))

    with pytest.raises(ModelError, match=rf"other {what} \(0123456789abcdef"):
        loading.load(path)


def test_a_file_that_does_not_take_what_its_card_says_is_refused(tmp_path: Path) -> None:
    _, card = handmade.echo(1)
    states = (*card.network.states, StateSpec(name="another", shape=(1,), kind="delay", delay=1))

    path = write(tmp_path / "echo-v1.onnx", changed(card, states=states))

    with pytest.raises(ModelError, match="does not take what its card says"):
        loading.load(path)


def test_a_file_that_onnx_runtime_cannot_run_is_refused(tmp_path: Path) -> None:
    model, card = handmade.echo(1)
    model.graph.node[0].op_type = "NoSuchOperator"
    path = tmp_path / "echo-v1.onnx"
    path.write_bytes(handmade.file_bytes(model, card))

    with pytest.raises(ModelError, match="cannot be run by ONNX Runtime"):
        loading.load(path)


@pytest.mark.parametrize("text", ["{}", "[]", '{"format": 99}', '{"format": 1}', "no JSON"])
def test_a_card_that_is_not_ours_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own words
        cards.from_json(text)


def test_a_card_from_before_a_field_was_added_goes_without_it() -> None:
    values = json.loads(handmade.echo(1)[1].to_json())
    del values["fixture_cost"], values["ranking"], values["following"], values["tilts"], values["recall"]

    card = cards.from_json(json.dumps(values))

    assert card.network.fixture_cost is None
    assert card.choosing.ranking == {}
    assert card.choosing.following == {}
    assert card.choosing.tilts == {}
    assert card.choosing.recall == USUAL_RECALL


def test_a_card_with_values_of_the_wrong_kind_is_refused() -> None:
    values = json.loads(handmade.CARD.to_json())
    values["states"] = [{"name": "tap"}]

    with pytest.raises(ValueError, match="not well formed"):
        cards.from_json(json.dumps(values))


def test_a_card_from_before_styles_had_a_ranking_each_has_one_for_all() -> None:
    values = json.loads(handmade.CARD.to_json()) | {"ranking": {"density": [0.5, -0.25]}}

    card = cards.from_json(json.dumps(values))

    assert card.choosing.ranking_of("piano") == card.choosing.ranking_of("band") == {"density": (0.5, -0.25)}


def test_a_style_is_ranked_by_its_own_weights_if_it_has_any() -> None:
    own, others = {"density": (0.5, 0.0)}, {"density": (-0.5, 0.0)}
    card = changed(handmade.CARD, ranking={"piano": own, EVERY_STYLE: others})

    assert card.choosing.ranking_of("piano") == own
    assert card.choosing.ranking_of("band") == others
    assert handmade.CARD.choosing.ranking_of("piano") == {}


def test_a_card_from_before_melodies_had_kinds_has_one() -> None:
    values = json.loads(handmade.CARD.to_json()) | {"tilts": {"piano": [0.5] * len(INTERVALS)}}

    assert cards.from_json(json.dumps(values)).choosing.tilts == {"piano": ((0.5,) * len(INTERVALS),)}


def test_a_tilt_of_too_few_intervals_is_refused() -> None:
    values = json.loads(handmade.CARD.to_json()) | {"tilts": {"piano": [0.5, 0.5]}}

    with pytest.raises(ValueError, match="not of 27 intervals"):
        cards.from_json(json.dumps(values))


def test_installed_models_are_listed_by_name_and_newest_first(tmp_path: Path) -> None:
    for name, version in (("wavenet", 2), ("wavenet", 10), ("lstm", 1), ("wavenet", 1)):
        handmade.install(tmp_path, name, version)

    found = loading.installed(tmp_path)

    assert [(card.identity.name, card.identity.version) for card in found] == [
        ("lstm", 1), ("wavenet", 10), ("wavenet", 2), ("wavenet", 1),
    ]  # fmt: skip


def test_a_damaged_file_is_left_out_of_the_list_and_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    handmade.install(tmp_path, "lstm")
    handmade.install(tmp_path, "wavenet").write_bytes(b"damaged")

    with caplog.at_level(logging.WARNING):
        found = loading.installed(tmp_path)

    assert [card.identity.name for card in found] == ["lstm"]
    assert "wavenet-v1.onnx" in caplog.text


def test_find_takes_the_newest_version(tmp_path: Path) -> None:
    for version in (9, 10, 2):
        handmade.install(tmp_path, "wavenet", version)

    assert loading.find("wavenet", tmp_path).identity.version == 10
    assert loading.find(" WaveNet ", tmp_path).identity.version == 10


@pytest.mark.parametrize("wanted", ["wavenet@2", "wavenet@v2"])
def test_find_takes_the_version_that_is_asked_for(tmp_path: Path, wanted: str) -> None:
    for version in (1, 2, 3):
        handmade.install(tmp_path, "wavenet", version)

    card = loading.find(wanted, tmp_path)

    assert card.identity.version == 2
    assert card.path == tmp_path / "wavenet-v2.onnx"


@pytest.mark.parametrize("version", ["4", "new", "-1", "²"])
def test_an_unknown_version_is_answered_with_those_there_are(tmp_path: Path, version: str) -> None:
    for known in (1, 10, 2):
        handmade.install(tmp_path, "wavenet", known)

    with pytest.raises(RequestError, match=r"no version .* of `wavenet`; installed: 1, 2, 10"):
        loading.find(f"wavenet@{version}", tmp_path)


def test_an_unknown_name_is_answered_with_the_nearest(tmp_path: Path) -> None:
    for name in ("wavenet", "lstm"):
        handmade.install(tmp_path, name)

    with pytest.raises(RequestError) as refusal:
        loading.find("wavnet", tmp_path)

    assert str(refusal.value) == (
        "I don't know a model called `wavnet`. Did you mean `wavenet`? Installed: lstm, wavenet."
    )


def test_a_name_for_a_model_and_networks_that_play_it_is_explained_where_only_a_model_is_meant(tmp_path: Path) -> None:
    handmade.install(tmp_path, "wavenet")

    with pytest.raises(RequestError, match=r"`audio-wavenet` is `wavenet` whose instruments .*; name `wavenet` here"):
        loading.find("audio-wavenet", tmp_path)


def test_a_name_like_no_other_is_answered_without_a_guess(tmp_path: Path) -> None:
    handmade.install(tmp_path, "wavenet")

    with pytest.raises(RequestError, match=r"called `zzz`\. Installed: wavenet\."):
        loading.find("zzz", tmp_path)


def test_without_any_model_the_machine_is_at_fault(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no models are installed"):
        loading.find("wavenet", tmp_path / "nowhere")


def test_the_envelope_of_an_empty_file_holds_nothing() -> None:
    assert onnxfile.read(b"") == onnxfile.Envelope({}, intact=False)


def test_running_a_model_leaves_no_trace_of_telemetry(tmp_path: Path) -> None:
    code = "from composer.models import loading; loading.onnxruntime.InferenceSession"

    subprocess.run([sys.executable, "-c", code], env={**os.environ, "TMPDIR": str(tmp_path)}, check=True)

    assert not list(tmp_path.iterdir())
