"""What voice needs is asked for at the start, not when somebody wants to listen."""

from __future__ import annotations

import pytest

from bot import serve
from bot.errors import SettingsError
from bot.settings import Settings


async def test_a_bot_that_is_to_play_and_lacks_a_package_does_not_start(monkeypatch, tmp_path):
    monkeypatch.setattr(serve, "missing_for_voice", lambda: "davey is missing; install cadenza[voice]")

    with pytest.raises(SettingsError, match="CADENZA_VOICE: davey is missing"):
        await serve.serve(Settings.model_validate({"voice": True, "data_dir": tmp_path / "data"}))

    assert not (tmp_path / "data").exists()
