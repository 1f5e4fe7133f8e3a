"""The folder that the processes of a server share."""

from __future__ import annotations

from pathlib import Path

from iccgraph.serve.server import shared_folder


def test_what_a_killed_server_left_goes(tmp_path: Path) -> None:
    """The next server removes the folder of one that was killed, but not of one that runs."""
    with shared_folder(tmp_path) as of_one_that_runs:
        left = of_one_that_runs.with_name(f"{of_one_that_runs.name[:-8]}killed00")
        left.mkdir()
        (left / "clients").write_bytes(b"0")
        with shared_folder(tmp_path) as folder:
            assert {*tmp_path.iterdir()} == {of_one_that_runs, folder}
        assert [*tmp_path.iterdir()] == [of_one_that_runs]
    assert not [*tmp_path.iterdir()]
