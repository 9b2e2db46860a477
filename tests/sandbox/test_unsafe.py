"""Without bubblewrap, when --unsafe is said: the same kernels, and nothing kept from them."""

import os
from pathlib import Path

import pytest

from simulator.sandbox.sandbox import Sandbox

pytestmark = pytest.mark.notebook


@pytest.fixture(scope="module")
def unsafe():
    with Sandbox(unsafe=True) as made:
        yield made


def test_a_notebook_runs_in_a_new_folder_that_is_taken_away(unsafe, opened):
    notebook = opened(unsafe)
    folder = notebook.run("import os; print(os.getcwd()); open('a', 'w').close()")
    assert (Path(folder) / "a").exists()
    notebook.close()
    assert not Path(folder).exists()


def test_it_is_told_nothing_of_this_environment(unsafe, opened, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the instructor's")
    assert "AWS_SECRET" not in opened(unsafe).run("import os; print(sorted(os.environ))")


def test_time_and_memory_of_a_process_are_limited(unsafe, opened):
    notebook = opened(unsafe, seconds=2)
    assert notebook.run("x = 'x' * 10**10").startswith("MemoryError")
    notebook.start("import time; time.sleep(1000)")
    assert notebook.kernel.wait(60) is not None
    assert notebook.kernel.reason == "The notebook ran for more than 2 seconds."


def test_it_reaches_the_sandboxs_ports_and_they_close_with_it():
    made = Sandbox(3, unsafe=True)
    with made:
        assert [each.getsockname()[0] for each in made.listeners] == ["127.0.0.1"] * 3
        assert len(set(made.addresses)) == 3
    assert not made.folder.exists()
    assert made.listeners[0].fileno() == -1


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")  # of Python 3.12
def test_a_forked_child_that_ends_leaves_the_sandbox_alone(unsafe, opened):
    child = os.fork()
    if not child:
        unsafe.close()
        os._exit(0)
    os.waitpid(child, 0)
    assert opened(unsafe).run("1 + 1") == "2"
