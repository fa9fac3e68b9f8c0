"""Settings from the environment and `.env`, checked when they are read."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.addresses import check_server, checked_address, is_loopback
from bot.domain.shards import EVERYTHING, ShardShare, parse_share
from bot.errors import SettingsError
from bot.machine import cores
from composer.errors import spell_command
from composer.request import DEFAULT_MODEL
from composer.training_contract import FEWEST_PEOPLE, FEWEST_PIECES

DATABASE = "cadenza.sqlite3"
ENVIRONMENT_FILE = ".env"

_TOKENLESS = f"""\
There is no DISCORD_TOKEN. Make an application at https://discord.com/developers/applications, open its page Bot,
press Reset Token, and write DISCORD_TOKEN=<what it shows> into the file .env in this folder.
Then `{spell_command("bot doctor")}` checks it and prints the link that invites the bot."""

_SCHEMES = {
    "discord_api_base": ("https", "http"),
    "discord_gateway_url": ("wss", "ws"),
    "discord_proxy": ("https", "http"),
    "privacy_url": ("https",),
    "source_url": ("https",),
}


class Settings(BaseSettings):
    """What the person who runs the bot decides.

    Attributes:
        discord_token: The bot's own; from DISCORD_TOKEN, or the file that DISCORD_TOKEN_FILE names.
        discord_token_file: Holds the token and nothing else.
        discord_api_base: Address of Discord's API, with its version, if it is not the usual one.
        discord_gateway_url: Address of its gateway.
        discord_proxy: Address of a proxy through which both are reached.
        contact: Where people reach whoever runs the bot: an address, or a name on Discord; nobody is named without it.
        privacy_url: Address of the privacy policy of whoever runs the bot.
        source_url: Address of the source code that runs.
        admin_ids: Users who may do what the bot's owners may.
        data_dir: Holds all that is remembered.
        database_url: Address of a PostgreSQL server that holds it instead of a file there.
        shards: Shards of this process, and how many there are in all, such as "0,1/4"; all of them otherwise.
        backups: Copies of the database that are kept; one is made each day, none if this is 0.
        failed_days: Days that rows of failed and cancelled pieces are kept.
        audit_days: Days that the record of what admins and moderators did is kept.
        models_dir: Holds model files; those that come with Cadenza otherwise.
        soundfont: Soundfont to play with; the system's otherwise.
        home_server: The only server that has the commands for admins; all have them where there is none.
        default_model: Composes where nobody names one.
        workers: Pieces composed at the same time; one fewer than there are cores otherwise.
        lease: Seconds after which another worker takes the piece of one that says nothing any more; what the bot with
            the first shard has holds for all.
        deadline: Seconds that composing and rendering a piece may take.
        queue_size: Pieces that may wait; servers share it, and one that has none waiting finds a place beyond it.
        on_the_way: Pieces that one person may have waiting or in the making.
        votes: How people vote below pieces: by reactions, by buttons, or by buttons where requests grow too many.
        log_format: Lines for people, or JSON.
        log_level: The least that is logged.
        corpus: A prepared corpus of which no retrained version may play more by heart.
        keep_versions: Versions that are kept of each model that was trained here.
        training_pieces: Pieces that have to be rated before a training.
        training_people: People who have to have rated.
        training_memory: Megabytes that a training may hold.
        voice: Whether pieces are played in voice channels, which needs the extra `voice`.
        metrics_port: Port of health and metrics; off without it, 0 is any that is free.
        metrics_host: A loopback address.
    """

    model_config = SettingsConfigDict(
        env_prefix="CADENZA_",
        env_file=ENVIRONMENT_FILE,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        validate_by_name=True,
        validate_by_alias=True,
    )

    discord_token: SecretStr | None = Field(default=None, validation_alias="DISCORD_TOKEN")
    discord_token_file: Path | None = Field(default=None, validation_alias="DISCORD_TOKEN_FILE")
    discord_api_base: str | None = Field(default=None, validation_alias="DISCORD_API_BASE")
    discord_gateway_url: str | None = Field(default=None, validation_alias="DISCORD_GATEWAY_URL")
    discord_proxy: str | None = Field(default=None, validation_alias="DISCORD_PROXY", repr=False)
    contact: str | None = Field(default=None, max_length=200)
    privacy_url: str | None = Field(default=None, max_length=200)
    source_url: str | None = Field(default=None, max_length=200)
    admin_ids: Annotated[frozenset[int], NoDecode] = Field(default=frozenset(), validation_alias="ADMIN_IDS")
    data_dir: Path = Path("data")
    database_url: SecretStr | None = None
    shards: str | None = None
    backups: int = Field(default=7, ge=0)
    failed_days: int = Field(default=90, ge=1)
    audit_days: int = Field(default=365, ge=1)
    models_dir: Path | None = None
    soundfont: Path | None = None
    home_server: int | None = None
    default_model: str = DEFAULT_MODEL
    workers: int | None = Field(default=None, ge=1)
    lease: float = Field(default=15.0, gt=0)
    deadline: float = Field(default=180.0, gt=0)
    queue_size: int = Field(default=20, ge=1)
    on_the_way: int = Field(default=3, ge=1)
    votes: Literal["auto", "reactions", "buttons"] = "auto"
    log_format: Literal["human", "json"] = "human"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    corpus: Path | None = None
    keep_versions: int = Field(default=5, ge=1)
    training_pieces: int = Field(default=FEWEST_PIECES, ge=1)
    training_people: int = Field(default=FEWEST_PEOPLE, ge=1)
    training_memory: int = Field(default=4000, ge=200)
    voice: bool = False
    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    metrics_host: str = "127.0.0.1"

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return value.replace(",", " ").split() if isinstance(value, str) else value

    @field_validator("data_dir", "models_dir", "soundfont", "corpus", "discord_token_file")
    @classmethod
    def _find_home(cls, value: Path | None) -> Path | None:
        """A file of settings has no shell that would know what ~ means."""
        return value and value.expanduser()

    @field_validator(*_SCHEMES)
    @classmethod
    def _check_address(cls, value: str | None, info: object) -> str | None:
        return value and checked_address(value, _SCHEMES[str(getattr(info, "field_name", ""))])

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            check_server(value.get_secret_value())
        return value

    @field_validator("shards")
    @classmethod
    def _check_shards(cls, value: str | None, info: ValidationInfo) -> str | None:
        """Several processes share a server: a file has one bot."""
        if value is None:
            return None
        share = parse_share(value)
        if not share.is_all and info.data.get("database_url") is None:
            raise ValueError("several bots share a server: set CADENZA_DATABASE_URL, too")
        return str(share)

    @field_validator("metrics_host")
    @classmethod
    def _check_host(cls, value: str) -> str:
        if not is_loopback(value):
            raise ValueError("must be a loopback address; let a proxy of your own carry it further")
        return value

    @model_validator(mode="before")
    @classmethod
    def _read_token(cls, values: object) -> object:
        """Take the token out of its file, where there is one."""
        if isinstance(values, dict):
            named = values.get("DISCORD_TOKEN_FILE") or values.get("discord_token_file")
            if named and not (values.get("DISCORD_TOKEN") or values.get("discord_token")):
                return {**values, "DISCORD_TOKEN": _token_in(Path(str(named)))}
        return values

    @property
    def database_path(self) -> Path:
        """The file of all that is remembered."""
        return self.data_dir / DATABASE

    @property
    def answers_folder(self) -> Path:
        """Folder of the answers that were promised and not given yet."""
        return self.data_dir / "answers"

    @property
    def learned_folder(self) -> Path:
        """Folder of the models that were trained here."""
        return self.data_dir / "models"

    @property
    def fetched_folder(self) -> Path:
        """Folder of the models that a worker, or one of several bots, fetched from the database."""
        return self.data_dir / "fetched"

    @property
    def training_folder(self) -> Path:
        """Folder of what a training needs while it runs."""
        return self.data_dir / "training"

    @property
    def share(self) -> ShardShare:
        """The part of Discord that this process has."""
        share = parse_share(self.shards) if self.shards is not None else EVERYTHING
        return EVERYTHING if share.is_all else share

    @property
    def token(self) -> str:
        """The token in the clear, for Discord's own library only.

        Raises:
            SettingsError: If there is none; it says how to get one.
        """
        secret = self.discord_token.get_secret_value().strip() if self.discord_token else ""
        if not secret:
            raise SettingsError(_TOKENLESS)
        return secret

    def demand_token(self) -> None:
        """Say before anything is opened that there is no token.

        Raises:
            SettingsError: If there is none; it says how to get one.
        """
        _ = self.token

    @property
    def threads(self) -> int:
        """How many pieces are composed at the same time."""
        return self.workers or max(cores() - 1, 1)


def load() -> Settings:
    """Read the environment, and `.env` where it leaves something open.

    Raises:
        SettingsError: Naming each setting that is wrong, without what it was set to.
    """
    try:
        return Settings(_env_file_encoding=_encoding_of(Path(ENVIRONMENT_FILE)))  # type: ignore[call-arg]  # a source takes it
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(detail["loc"], detail["msg"]) for detail in error.errors())) from None


def _encoding_of(file: Path) -> str:
    """How a file of settings is encoded: Windows' own tools write UTF-16, or one byte a letter."""
    try:
        data = file.read_bytes()
    except OSError:
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        data.decode()
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8-sig"


def _sentence(place: tuple[int | str, ...], message: str) -> str:
    field = str(place[0]) if place else ""
    name = field if field.isupper() else f"CADENZA_{field.upper()}"
    return f"{name}: {message.removeprefix('Value error, ')}" if field else message.removeprefix("Value error, ")


def _token_in(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ValueError(f"DISCORD_TOKEN_FILE: cannot read {path}: {reason}") from None
