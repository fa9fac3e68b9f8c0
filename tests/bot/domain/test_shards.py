from __future__ import annotations

import pytest

from bot.domain.shards import EVERYTHING, ShardShare, parse_share

ID = 81384788765712384
"""A server in an example of Discord's own documentation."""


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("0/1", ShardShare((0,), 1)),
        ("0,1/4", ShardShare((0, 1), 4)),
        ("3, 1/4", ShardShare((1, 3), 4)),
        ("0-2,5/8", ShardShare((0, 1, 2, 5), 8)),
    ],
)
def test_shards_are_read_as_people_write_them(text, share):
    assert parse_share(text) == share
    assert parse_share(str(share)) == share


@pytest.mark.parametrize("text", ["", "1", "1/", "/4", "4/4", "0,1", "2-1/4", "0/0", "a/b", "-1/4", "0/2000", "0/4/8"])
def test_shards_that_there_are_not_are_refused(text):
    with pytest.raises(ValueError, match=r"must be like|of \d+ shards"):
        parse_share(text)


def test_each_server_belongs_to_one_shard_and_messages_to_the_first():
    shares = [ShardShare((shard,), 3) for shard in range(3)]
    servers = [ID + (number << 22) for number in range(12)]

    of_servers = [[share.has(server) for share in shares].count(True) for server in servers]

    assert of_servers == [1] * 12
    assert [share.has(None) for share in shares] == [True, False, False]
    assert all(EVERYTHING.has(server) for server in [None, *servers])
    assert [share.leads for share in shares] == [True, False, False]
