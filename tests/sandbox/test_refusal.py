"""Where there can be no sandbox, nothing runs, unless --unsafe is said."""

import os

import pytest

from simulator.errors import DrillError
from simulator.sandbox import refusal
from simulator.sandbox.sandbox import Sandbox


def test_without_bubblewrap_it_says_how_to_install_it(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DrillError, match=r"apt-get install bubblewrap.*--unsafe"):
        Sandbox()


def test_elsewhere_than_on_linux_it_names_docker_compose(monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")
    with pytest.raises(DrillError, match="docker compose"):
        refusal.bubblewrap()


@pytest.mark.skipif(os.name != "posix", reason="a shell script stands for bubblewrap")
def test_where_bubblewrap_may_not_it_says_what_bubblewrap_said(monkeypatch, tmp_path):
    """In a container without the rights, say."""
    said = "bwrap: Creating new namespace failed: Operation not permitted"
    stand_in = tmp_path / "bwrap"
    stand_in.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    stand_in.chmod(0o755)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with pytest.raises(DrillError, match=f"{said}.*cap-add SYS_ADMIN.*--unsafe"):
        Sandbox()
    assert [path for path in tmp_path.iterdir() if path != stand_in] == []
