"""What a notebook finds in the sandbox, and what it doesn't."""

import os
import sys
from pathlib import Path

import pytest

import simulator

pytestmark = pytest.mark.notebook
CLONE = Path(simulator.__file__).parent.parent


in_tmp = pytest.mark.skipif(
    sys.prefix.startswith("/tmp/"), reason="this Python lies in /tmp, which kernels then only read"
)


@in_tmp
def test_a_notebook_runs_in_an_empty_folder_of_its_own(notebook):
    assert notebook.run("import os; print(os.getcwd(), os.environ['HOME'])") == (
        "/home/learner /home/learner"
    )
    assert notebook.run("[name for name in os.listdir() if name[0] != '.']") == "[]"
    assert notebook.run("open('a', 'w').write('x'); open('/tmp/b', 'w').write('y')") == "1"


@in_tmp
def test_the_next_notebook_finds_nothing_of_it(sandbox, opened):
    first = opened(sandbox)
    first.run("for folder in ('.', '/tmp', '/dev/shm'): open(folder + '/mine', 'w')")
    second = opened(sandbox)
    assert "mine" in first.run("import os; os.listdir('/tmp')")
    for folder in ("/home/learner", "/tmp", "/dev/shm"):
        assert "mine" not in second.run(f"import os; print(os.listdir({folder!r}))")


@pytest.mark.parametrize(
    "path",
    [
        str(CLONE / "solutions"),
        str(CLONE / "tests"),
        str(CLONE / ".git"),
        str(CLONE / "simulator"),
        "/etc/shadow",
        str(Path.home() / ".bashrc"),
        "/var",
        "/run",
        "/sys",
        "/mnt",
    ],
)
def test_it_does_not_see(notebook, path):
    assert notebook.run(f"import os; print(os.path.lexists({path!r}))") == "False"


def test_it_does_not_see_files_of_the_instructor(notebook, tmp_path):
    (tmp_path / "submission").write_text("somebody else's")
    assert notebook.run(f"open({str(tmp_path / 'submission')!r})").startswith("FileNotFoundError")
    link = f"import os; os.symlink({str(tmp_path)!r}, 'out'); os.listdir('out')"
    assert notebook.run(link).startswith("FileNotFoundError")


def test_scenarios_are_not_part_of_its_simulator(notebook):
    told = notebook.run(
        """
        import os, simulator
        where = os.path.dirname(simulator.__file__)
        print(os.listdir(os.path.join(where, "scenarios")))
        """
    )
    assert told == "[]"
    searched = notebook.run(
        """
        import subprocess
        elsewhere = "-path /usr -prune -o -path /proc -prune -o".split()
        found = subprocess.run(["find", "/", *elsewhere, "-name", "fixes.py", "-print"],
                               capture_output=True, text=True)
        print(repr(found.stdout))
        """
    )
    assert searched == "''"


@pytest.mark.parametrize(
    "folder",
    ["/", "/usr/bin", "/etc", "/opt/drill/simulator", "/dev", "/proc", "/home", sys.prefix],
)
def test_it_writes_nowhere_else(notebook, folder):
    said = notebook.run(f"open({folder!r} + '/mine', 'w')")
    assert said.split(":")[0] in {"OSError", "PermissionError", "FileNotFoundError"}


def test_it_is_told_nothing_but_where_the_simulator_is(sandbox, opened, monkeypatch):
    monkeypatch.setenv("DRILL_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("DRILL_TOKEN", "t")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the instructor's")
    monkeypatch.setenv("DRILL_ROSTER", "roster.csv")
    told = opened(sandbox).run("import os; print(sorted(os.environ))")
    assert "DRILL_URL" in told
    assert "DRILL_TOKEN" in told
    for name in ("AWS_SECRET_ACCESS_KEY", "DRILL_ROSTER", "DRILL_SANDBOX", "DRILL_LIMITS"):
        assert name not in told
    assert str(Path.home()) not in opened(sandbox).run(
        "import os; print({k: v for k, v in os.environ.items() if k != 'PATH'})"
    )


def test_nothing_of_an_earlier_notebook_is_left_in_memory(sandbox, opened, monkeypatch):
    """The warm parent, of which every kernel is a copy, never knew it."""
    search = """
        needle = bytes(reversed(b"5d0f1c-nekot-nur-eht"))
        found = 0
        with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
            for line in maps:
                where, rights, *_ = line.split()
                first, last = (int(part, 16) for part in where.split("-"))
                if rights.startswith("rw") and last - first < 2**28:
                    memory.seek(first)
                    try:
                        found += memory.read(last - first).count(needle + b"/")
                    except OSError:
                        pass
        print(found > 1)
    """
    monkeypatch.setenv("DRILL_TOKEN", "the-run-token-c1f0d5/")
    assert opened(sandbox).run(search) == "True"
    monkeypatch.setenv("DRILL_TOKEN", "another")
    assert opened(sandbox).run(search) == "False"


def test_programs_of_the_system_and_the_aws_cli_run(notebook):
    assert "aws-cli" in notebook.run("!aws --version")
    assert notebook.run("!echo 'a b' | grep -o b") == "b"
    assert notebook.run("!whoami") == "learner"


def test_libraries_work(notebook):
    assert notebook.run("import pandas as pd; print(pd.DataFrame({'a': [1, 2]}).a.sum())") == "3"
    assert (
        notebook.run(
            "import duckdb; print(duckdb.connect().execute('select 40 + 2').fetchone()[0])"
        )
        == "42"
    )
    pool = """
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(32) as pool:
            print(sum(pool.map(len, ["ab"] * 100)))
    """
    assert notebook.run(pool) == "200"
    assert notebook.run("import sys; 'moto' in sys.modules") == "False"


def test_the_same_notebook_draws_the_same_again(sandbox, opened):
    draw = "import random, numpy; print(random.random(), numpy.random.rand(), hash('a'))"
    assert opened(sandbox).run(draw) == opened(sandbox).run(draw)


def test_it_has_no_descriptor_of_the_warm_parents(notebook):
    told = notebook.run(
        """
        import os, socket, stat
        for name in os.listdir("/proc/self/fd"):
            try:
                mode = os.fstat(int(name)).st_mode
            except OSError:
                continue
            if stat.S_ISSOCK(mode):
                with socket.socket(fileno=os.dup(int(name))) as one:
                    if one.family == socket.AF_UNIX and one.getsockname():
                        print(one.getsockname())
        """
    )
    ours = str(notebook.manager.ip)
    assert told
    assert all(line.startswith(ours) for line in told.splitlines())
    assert os.path.exists(f"{ours}-{notebook.manager.shell_port}")
