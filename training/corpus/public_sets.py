"""Where the public sets live, and by what they are recognised.

An archive that GitHub makes of a commit has no checksum of its own that lasts: how it is compressed may change. So
three things are checked: the commit's id, which Git writes into the archive's header; a SHA-256 of the content, over
the checksums and paths of all files that are taken, which was computed from the commit itself; and their number.
"""

from __future__ import annotations

from dataclasses import dataclass

_GITHUB = "https://codeload.github.com/{repository}/tar.gz/{commit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicSet:
    """A set as its makers publish it.

    Attributes:
        address: Address of the archive.
        files: How many files of music are taken from it.
        content: SHA-256 of what is taken, see `training.corpus.download.content_of`; empty where `sha256` is known.
        sha256: Checksum of the whole archive; empty where it does not last.
        commit: Git's id of what the archive holds; empty where it is no such archive.
        takes: What the names of files that are taken end with.
        leaves: What the names of other files end with that would look like those.
        licence: Licence of all its pieces.
        attribution: Whom to name, and where it is from.
    """

    address: str
    files: int
    content: str = ""
    sha256: str = ""
    commit: str = ""
    takes: str
    leaves: str = "\0"
    licence: str
    attribution: str


def _github_set(
    repository: str, commit: str, content: str, *, files: int, takes: str, licence: str, by: str
) -> PublicSet:
    return PublicSet(
        address=_GITHUB.format(repository=repository, commit=commit),
        files=files,
        content=content,
        commit=commit,
        takes=takes,
        leaves="_melody.mxl",
        licence=licence,
        attribution=f"{by}, https://github.com/{repository}",
    )


PUBLIC_SETS = {
    "chopin-first-editions": _github_set(
        "pl-wnifc/humdrum-chopin-first-editions",
        "95dfb105c1669c72d10b04088566154f12d3dc1c",
        "d17f0325c7e472c7737dc954d31f81367c0f2573b71356138a4b08b60ddd133c",
        files=512,
        takes=".krn",
        licence="CC-BY-4.0",
        by="The Fryderyk Chopin Institute",
    ),
    "polish-scores": _github_set(
        "pl-wnifc/humdrum-polish-scores",
        "c0403623c0da3f75f1bcd6041dc85098e0cabe02",
        "7401d3a951ce936bdc47450c66c149fe00615a14f97bed96613d595e9036d78b",
        files=8154,
        takes=".krn",
        licence="CC-BY-4.0",
        by="The Fryderyk Chopin Institute",
    ),
    "openscore-lieder": _github_set(
        "OpenScore/Lieder",
        "bca122458de6da362abe62dd6aec62e25d7759b1",
        "b55c152ceb662eb8daf87ac68a6a80dbf3133a2c388a26e66337fd7848104d27",
        files=1460,
        takes=".mxl",
        licence="CC0-1.0",
        by="OpenScore Lieder Corpus",
    ),
    "openscore-quartets": _github_set(
        "OpenScore/StringQuartets",
        "2c723a5b7b4ea5420826116dfa912956c6a022c2",
        "c2285ebfe4c695275ea6bc796c6a614b6d962d627bcce586773dde50a0364716",
        files=122,
        takes=".mxl",
        licence="CC0-1.0",
        by="OpenScore String Quartets",
    ),
    "openscore-orchestra": _github_set(
        "MarkGotham/Hauptstimme",
        "8f677853c45b74ca0afcd79677e5379c06c82354",
        "321546aa59fa14d14a9a07d79192e466723ffa4c77a0be860bd476dfdd3a20db",
        files=96,
        takes=".mxl",
        licence="CC0-1.0",
        by="OpenScore Orchestra",
    ),
    "freedoom": _github_set(
        "freedoom/freedoom",
        "d14dbbee3b6fbfb2c11cdb65eb61216e86d4ee85",
        "cacb5c066f0d87c832a9f37dae309ef7d87005188a1083018fcfe5dee7cd06bb",
        files=112,
        takes=".mid",
        licence="BSD-3-Clause",
        by="Contributors to the Freedoom project",
    ),
    "helland-free-music": _github_set(
        "tannerhelland/free-music",
        "f6bfe16f49feab2181075ab86b13b24740592aa6",
        "058580f02c757b94c6782b6a90fbae077a56303132e29906927f0009ac220746",
        files=47,
        takes=".mid",
        licence="CC-BY-4.0",
        by="Tanner Helland",
    ),
    "groove": PublicSet(
        address="https://storage.googleapis.com/magentadata/datasets/groove/groove-v1.0.0-midionly.zip",
        files=1150,
        sha256="651cbc524ffb891be1a3e46d89dc82a1cecb09a57c748c7b45b844c4841dcc1e",
        takes=".mid",
        licence="CC-BY-4.0",
        attribution="Google LLC, Groove MIDI Dataset, https://magenta.tensorflow.org/datasets/groove",
    ),
}

ELSEWHERE = {
    "mutopia-piano": "the Mutopia Project keeps its music as LilyPond text, one MIDI file a page: get the pieces that "
    "you want from https://www.mutopiaproject.org and name their folder with --corpus",
    "freedoom-history": "it is gathered from many older commits of freedoom; fetch that",
    "polish-scores-piano": "it is a part of polish-scores; fetch that",
    "polish-scores-ensemble": "it is a part of polish-scores; fetch that",
}
"""Sets that have no archive of their own, and what to do instead."""
ELSEWHERE["mutopia-other"] = ELSEWHERE["mutopia-piano"]
