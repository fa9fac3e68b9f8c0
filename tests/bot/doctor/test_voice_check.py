"""The doctor says what is missing for voice, and whether a datagram gets out."""

from __future__ import annotations

import pytest
from discord import opus

from bot.doctor.voice_check import examine_voice
from bot.settings import Settings

ON_LOOPBACK = {"discord_api_base": "http://127.0.0.1:9/api/v10"}


def settings(**values: object) -> Settings:
    return Settings.model_validate({"voice": True, **ON_LOOPBACK, **values})


def test_voice_that_is_off_needs_nothing():
    found = examine_voice(settings(voice=False))

    assert found.well
    assert "CADENZA_VOICE=1" in found.told


def test_voice_that_is_on_finds_all_that_the_lock_for_tests_holds():
    found = examine_voice(settings())

    assert found.well, found.told


@pytest.mark.parametrize(("module", "package"), [("nacl", "PyNaCl"), ("davey", "davey")])
def test_a_package_that_is_missing_is_named(monkeypatch, module, package):
    monkeypatch.setattr("bot.discord_ui.voice.needs.find_spec", lambda name: None if name == module else object())

    found = examine_voice(settings())

    assert not found.well
    assert found.told.startswith(f"{package} is missing; install cadenza[voice]")


def test_libopus_that_is_missing_is_named(monkeypatch):
    def missing() -> str:
        raise opus.OpusNotLoaded

    monkeypatch.setattr(opus.Encoder, "get_opus_version", missing)

    assert examine_voice(settings()).told == "libopus is missing; apt-get install libopus0"


def test_a_machine_that_lets_no_datagram_out_is_told(monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr("bot.doctor.voice_check.socket.socket", refuse)

    found = examine_voice(settings())

    assert not found.well
    assert "UDP cannot be sent to 127.0.0.1 (Network is unreachable)" in found.told
