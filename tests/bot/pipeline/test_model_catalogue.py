"""Which models there are, and which version of each composes."""

from __future__ import annotations

import pytest

from bot.domain.summaries import Tally
from bot.errors import UnknownModel
from bot.pipeline.estimates import Speeds
from bot.pipeline.model_catalogue import ModelCatalogue
from tests.bot import tiny_model
from tests.bot.databases import open_store

pytestmark = pytest.mark.usefixtures("built_in")


async def test_a_model_is_found_by_name_and_version(tmp_path):
    for version in (1, 2):
        tiny_model.install(tmp_path / "models", version=version)
    tiny_model.install(tmp_path / "models", name="other")
    async with open_store(tmp_path / "cadenza.sqlite3") as store:
        catalogue = ModelCatalogue(tmp_path / "models", store.models, Speeds())
        await catalogue.refresh()

        assert catalogue.names() == ("other", "tiny")
        assert catalogue.engine(" Tiny ").identity.version == 2
        assert catalogue.engine("tiny@1").identity.version == 1
        assert catalogue.engines.engine("tiny", 1) is catalogue.engines.engine("tiny", 1)
        await store.models.promote("tiny", 1)
        await catalogue.refresh()
        assert catalogue.engine("tiny").identity.version == 1
        line = (await catalogue.lines())[1]
        assert (line.name, line.version, line.versions, line.tally) == ("tiny", 1, (2, 1), Tally())


@pytest.mark.parametrize(
    ("wanted", "nearest"), [("tinny", "tiny"), ("tiny@7", "tiny"), ("zzz", None), ("tiny@x", "tiny")]
)
async def test_an_unknown_model_is_answered_with_the_nearest(tmp_path, wanted, nearest):
    tiny_model.install(tmp_path / "models")
    async with open_store(tmp_path / "cadenza.sqlite3") as store:
        catalogue = ModelCatalogue(tmp_path / "models", store.models, Speeds())
        await catalogue.refresh()

        with pytest.raises(UnknownModel) as refusal:
            catalogue.engine(wanted)

        assert (refusal.value.name, refusal.value.nearest, refusal.value.known) == (wanted, nearest, ("tiny",))
