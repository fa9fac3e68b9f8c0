from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from bot import VERSION
from bot.domain.shards import EVERYTHING, ShardShare
from bot.errors import SettingsError
from bot.settings import Settings, load

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DISCORD_TOKEN", "DISCORD_TOKEN_FILE", "DISCORD_API_BASE", "ADMIN_IDS", "CADENZA_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)


def test_the_example_names_every_setting():
    example = (ROOT / ".env.example").read_text("utf-8")
    named = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    aliases = {name: field.validation_alias for name, field in Settings.model_fields.items()}

    assert {alias or f"CADENZA_{name.upper()}" for name, alias in aliases.items()} <= named


def test_the_version_is_the_project_s():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert project["version"] == VERSION


def test_settings_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("DISCORD_TOKEN", "abc")
    monkeypatch.setenv("ADMIN_IDS", "12, 34")
    monkeypatch.setenv("CADENZA_WORKERS", "3")

    settings = load()

    assert settings.token == "abc"
    assert settings.admin_ids == {12, 34}
    assert settings.threads == 3


def test_a_file_fills_in_what_the_environment_leaves_open(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("DISCORD_TOKEN=from-file\nCADENZA_QUEUE_SIZE=5\nUNRELATED=1\n", "utf-8")
    monkeypatch.setenv("DISCORD_TOKEN", "from-environment")

    settings = load()

    assert settings.token == "from-environment"
    assert settings.queue_size == 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_a_file_is_read_however_windows_wrote_it(tmp_path, encoding):
    lines = "# für den Bot\r\nDISCORD_TOKEN=from-file\r\nCADENZA_QUEUE_SIZE=5\r\n"
    (tmp_path / ".env").write_bytes(lines.encode(encoding))

    settings = load()

    assert (settings.token, settings.queue_size) == ("from-file", 5)


def test_a_folder_may_begin_with_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".env").write_text("CADENZA_DATA_DIR=~/cadenza\n")

    assert load().data_dir == tmp_path / "cadenza"


def test_an_empty_variable_is_as_good_as_none(monkeypatch):
    monkeypatch.setenv("CADENZA_METRICS_PORT", "")

    assert load().metrics_port is None


def test_the_token_may_stand_in_a_file_of_its_own(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("abc.def\n", "utf-8")
    monkeypatch.setenv("DISCORD_TOKEN_FILE", str(tmp_path / "secret"))

    assert load().token == "abc.def"


def test_a_token_file_that_is_missing_is_named(monkeypatch):
    monkeypatch.setenv("DISCORD_TOKEN_FILE", "nowhere")

    with pytest.raises(SettingsError, match="cannot read nowhere"):
        load()


def test_the_token_is_in_no_representation(monkeypatch):
    monkeypatch.setenv("DISCORD_TOKEN", "abc.secret.def")

    settings = load()

    assert "secret" not in f"{settings!r} {settings} {settings.model_dump()}"


def test_without_a_token_three_lines_say_how_to_get_one():
    with pytest.raises(SettingsError) as told:
        load().demand_token()

    assert str(told.value).count("\n") == 2
    assert "https://discord.com/developers/applications" in str(told.value)


@pytest.mark.parametrize(
    "address",
    ["https://example.com/api", "http://127.0.0.1:8080/api/v10", "http://localhost:1/", "http://[::1]:5/api"],
)
def test_discord_may_be_elsewhere_over_https_or_on_this_machine(address):
    assert Settings(discord_api_base=address).discord_api_base == address.rstrip("/")


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/api",
        "http://10.0.0.1/api",
        "http://127.0.0.1.example.com/api",
        "http://localhost@example.com/api",
        "ftp://127.0.0.1/",
        "https://",
        "example.com",
    ],
)
def test_plain_http_to_another_machine_is_refused(monkeypatch, address):
    monkeypatch.setenv("DISCORD_API_BASE", address)

    with pytest.raises(SettingsError, match="DISCORD_API_BASE"):
        load()


def test_a_plain_gateway_to_another_machine_is_refused(monkeypatch):
    monkeypatch.setenv("DISCORD_GATEWAY_URL", "ws://gateway.example.com")

    with pytest.raises(SettingsError, match="wss://"):
        load()


def test_health_is_told_on_loopback_only(monkeypatch):
    monkeypatch.setenv("CADENZA_METRICS_HOST", "0.0.0.0")  # noqa: S104 - refused

    with pytest.raises(SettingsError, match="CADENZA_METRICS_HOST: must be a loopback"):
        load()


def test_what_is_wrong_is_named_but_not_repeated(monkeypatch):
    monkeypatch.setenv("DISCORD_TOKEN", "abc.secret.def")
    monkeypatch.setenv("CADENZA_QUEUE_SIZE", "many-secret")

    with pytest.raises(SettingsError) as told:
        load()

    assert "CADENZA_QUEUE_SIZE" in str(told.value)
    assert "secret" not in str(told.value)


def test_a_part_of_discord_is_for_bots_that_share_a_server():
    address = "postgresql://ann@localhost/cadenza"

    assert Settings(shards="1/2", database_url=address).share == ShardShare((1,), 2)  # type: ignore[arg-type]
    assert Settings(shards="0-3/4").share == Settings().share == EVERYTHING
    with pytest.raises(ValueError, match="set CADENZA_DATABASE_URL"):
        Settings(shards="1/2")
