"""`python -m composer continue`."""

from __future__ import annotations

import json

from composer.__main__ import main

QUICK = ["--length", "8", "--seed", "1", "--candidates", "2"]


def test_continue_goes_on_from_a_piece_of_ours(tmp_path, capsys):
    main(["compose", *QUICK, "--key", "D", "--instrument", "guitar", "--out", str(tmp_path / "first")])
    first = str(tmp_path / "first" / "piece.mid")

    assert main(["continue", first, "--length", "25", "--candidates", "1", "--out", str(tmp_path / "second")]) == 0

    assert "bars of piano in D major" in capsys.readouterr().out
    record = json.loads((tmp_path / "second" / "piece.json").read_text("utf-8"))
    assert (record["settings"]["instrument"], record["settings"]["theme"]) == ("guitar", "continuation")
    again = ["compose", "--repeat", str(tmp_path / "second" / "piece.mid"), "--seed", "3"]
    assert main(again) == 2
    assert "cannot be repeated without" in capsys.readouterr().err


def test_continue_names_the_fault_of_a_file(tmp_path, capsys):
    (tmp_path / "diary.mid").write_text("Dear diary", encoding="utf-8")

    assert main(["continue", str(tmp_path / "diary.mid")]) == 2
    assert main(["continue", str(tmp_path / "none.mid")]) == 2

    assert "this is no music that I can read" in (said := capsys.readouterr().err)
    assert "No such file" in said
