"""A kernel knows whose its notebook is: from its environment, or from the notebook itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client import BlockingKernelClient

from simulator.notebook.token import own_token
from simulator.roster import seed_of

Kernels = Callable[..., Any]
NOTEBOOK = {"nbformat": 4, "nbformat_minor": 5, "cells": []}


def save(path: Path, learner: object = "t1") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(NOTEBOOK | {"metadata": {"drill": {"learner": learner}}}))
    return path


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], str]:
    """The token found where the kernel's folder is root/iam and Jupyter Server says this."""
    monkeypatch.delenv("DRILL_LEARNER", raising=False)
    (tmp_path / "iam").mkdir()
    monkeypatch.chdir(tmp_path / "iam")

    def found(said: str) -> str:
        monkeypatch.setenv("JPY_SESSION_NAME", said)
        return own_token()

    return found


def test_the_notebook_is_found_by_its_absolute_path_or_below_the_servers_root(
    session: Callable[[str], str], tmp_path: Path
) -> None:
    path = save(tmp_path / "iam" / "x.ipynb")
    assert session(str(path)) == "t1"
    assert session("iam/x.ipynb") == "t1"
    assert session("elsewhere/x.ipynb") == "t1"
    assert session("iam/other.ipynb") == ""


def test_vs_code_leaves_the_path_in_the_notebook(
    session: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path / "iam" / "x.ipynb")
    monkeypatch.setattr(sys.modules["__main__"], "__vsc_ipynb_file__", str(path), raising=False)
    assert session("") == "t1"


def test_what_the_environment_says_comes_first(
    session: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path / "iam" / "x.ipynb")
    monkeypatch.setenv("DRILL_LEARNER", "t2")
    assert session(str(path)) == "t2"


@pytest.mark.parametrize("learner", [None, 7, ["t"], "", "t\n1", "ü", "t" * 201, {}])
def test_what_is_no_token_is_none(
    learner: object, session: Callable[[str], str], tmp_path: Path
) -> None:
    assert session(str(save(tmp_path / "iam" / "x.ipynb", learner))) == ""


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000, '{"metadata": []}', "{}"])
def test_what_is_no_notebook_has_none(
    text: str, session: Callable[[str], str], tmp_path: Path
) -> None:
    path = tmp_path / "iam" / "x.ipynb"
    path.write_text(text)
    assert session(str(path)) == ""
    assert session(str(tmp_path)) == ""
    assert session("console-1") == ""


@pytest.fixture
def jupyter(tmp_path: Path) -> Iterator[Callable[[str, dict[str, Any]], Any]]:
    """A real Jupyter Server on tmp_path/root: posts to its API."""
    runtime = tmp_path / "runtime"
    (tmp_path / "root").mkdir()
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("DRILL_")},
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
    }
    command = [
        *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--port=0"),
        *(f"--ServerApp.root_dir={tmp_path / 'root'}", "--IdentityProvider.token=secret"),
    ]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    deadline = time.monotonic() + 120
    while not (found := list(runtime.glob("jpserver-*.json"))):
        assert server.poll() is None, (tmp_path / "log").read_text()
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(0.1)
    url = json.loads(found[0].read_text())["url"]

    def post(path: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(
            f"{url}api/{path}",
            json.dumps(body).encode(),
            {"Authorization": "token secret", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    yield post
    server.terminate()
    server.wait(60)


@pytest.mark.notebook
@pytest.mark.parametrize("named", [True, False])
def test_jupyter_server_tells_a_kernel_what_the_token_is_found_by(
    named: bool, jupyter: Callable[[str, dict[str, Any]], Any], tmp_path: Path
) -> None:
    """With a name beside a made-up path, as JupyterLab begins a session, and with the path alone."""
    save(tmp_path / "root" / "labs" / "iam" / "x.ipynb", "t-of-ann")
    said = {"path": "labs/iam/0b5c", "name": "x.ipynb"} if named else {"path": "labs/iam/x.ipynb"}
    begun = jupyter("sessions", {**said, "type": "notebook", "kernel": {"name": "python3"}})
    client = BlockingKernelClient()
    client.load_connection_file(str(tmp_path / "runtime" / f"kernel-{begun['kernel']['id']}.json"))
    client.start_channels(hb=False)
    try:
        client.wait_for_ready(timeout=120)
        answer = client.execute(
            "",
            user_expressions={
                "token": "__import__('simulator.notebook.token').notebook.token.own_token()"
            },
            reply=True,
            timeout=120,
        )
    finally:
        client.stop_channels()
    found = answer["content"]["user_expressions"]["token"]
    assert found["data"]["text/plain"] == "'t-of-ann'", found


def test_a_simulator_of_ones_own_has_the_seed_of_the_token(
    kernels: Kernels, tmp_path: Path
) -> None:
    path = save(tmp_path / "x.ipynb", "t-of-ann")
    account = "from simulator import Lab; Lab('iam-leaked-key').account_id"
    own = kernels(JPY_SESSION_NAME=str(path)).run(account)
    assert own == kernels(DRILL_SEED=str(seed_of("t-of-ann"))).run(account)
    assert own != kernels(DRILL_LEARNER="t-of-bob").run(account)


def test_at_a_class_the_token_is_the_key_and_names_the_learner(
    kernels: Kernels, served: dict[str, Any], tmp_path: Path
) -> None:
    """Two notebooks of one learner meet in one account, without a DRILL_TOKEN for all."""
    token, url = served["token"], served["control"]
    path = save(tmp_path / "x.ipynb", token)
    account = "from simulator import Lab; Lab('iam-leaked-key').account_id"
    own = kernels(DRILL_URL=url, JPY_SESSION_NAME=str(path)).run(account)
    assert own == kernels(DRILL_URL=url, DRILL_TOKEN=token, DRILL_LEARNER=token).run(account)
    assert own != kernels(DRILL_URL=url, DRILL_TOKEN=token, DRILL_LEARNER="other").run(account)
