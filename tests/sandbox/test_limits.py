"""What a notebook may use, and what becomes of one that uses more."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from simulator.errors import CannotServe
from simulator.grading.job import MIB

pytestmark = pytest.mark.notebook


def _ended(notebook):
    assert notebook.kernel.wait(60) is not None
    return notebook.kernel.reason


def test_a_string_of_10_gb_is_a_memory_error(notebook):
    assert notebook.run("x = 'x' * 10**10").startswith("MemoryError")
    assert notebook.run("1 + 1") == "2"


def test_processes_that_use_too_much_memory_together_end_the_notebook(sandbox, opened):
    notebook = opened(sandbox, memory=512 * MIB)
    notebook.start(
        """
        import os, time
        for _ in range(8):
            if not os.fork():
                held = bytearray(os.urandom(1024)) * (100 * 1024)
                time.sleep(1000)
        """
    )
    assert _ended(notebook) == "The notebook used more than 512 MiB of memory."
    assert notebook.kernel.memory > 512 * MIB


def test_shared_memory_counts(sandbox, opened):
    notebook = opened(sandbox, memory=512 * MIB)
    notebook.start(
        """
        import mmap
        shared = mmap.mmap(-1, 10**10)
        for place in range(0, 10**10, 4096):
            shared[place] = 1
        """
    )
    assert "MiB of memory" in _ended(notebook)


def test_a_fork_bomb_ends_the_notebook(sandbox, opened):
    notebook = opened(sandbox)
    notebook.start("import os\nwhile True:\n    try:\n        os.fork()\n    except OSError: pass")
    assert _ended(notebook) == "The notebook started more than 64 processes."
    assert opened(sandbox).run("1 + 1") == "2"


def test_threads_are_bounded(sandbox, opened):
    notebook = opened(sandbox, processes=16)
    told = notebook.run(
        """
        import threading, time
        try:
            for number in range(1000):
                threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
        except RuntimeError as error:
            print(number < 64)
        """
    )
    assert told == "True"


def test_an_endless_loop_ends_with_its_processor_time(sandbox, opened):
    notebook = opened(sandbox, seconds=1)
    notebook.start("import os; os.fork(); os.fork()\nwhile True: pass")
    assert "more than 1 seconds" in _ended(notebook)


def test_an_endless_wait_ends_with_its_time(sandbox, opened):
    notebook = opened(sandbox, seconds=2)
    notebook.start("import time; time.sleep(1000)")
    assert _ended(notebook) == "The notebook ran for more than 2 seconds."


def test_its_folders_hold_so_much_and_no_more(sandbox, opened):
    notebook = opened(sandbox, scratch=16 * MIB)
    fill = "n = 0\nfor place in ('/home/learner', '/tmp', '/dev/shm'):\n    for i in range(9):\n"
    fill += "        try: n += open(f'{place}/{i}', 'wb', 0).write(bytes(4 * 2**20))\n"
    fill += "        except OSError: pass\nprint(n <= 16 * 2**20 and n > 8 * 2**20)"
    assert notebook.run(fill) == "True"


def test_a_file_has_no_holes_either(sandbox, opened):
    notebook = opened(sandbox, scratch=16 * MIB)
    assert notebook.run("import os; os.truncate(open('a', 'wb').name, 10**12)").startswith(
        "OSError"
    )


def test_files_that_are_open_are_bounded(notebook):
    assert notebook.run("files = [open('/dev/null') for _ in range(10**4)]").startswith("OSError")


@pytest.mark.skipif(not os.stat("/proc/self/fd").st_size, reason="Linux counts files since 6.2")
def test_files_that_all_its_processes_have_open_are_bounded(sandbox, opened):
    notebook = opened(sandbox)
    notebook.start(
        """
        import os, socket, time
        for _ in range(24):
            if not os.fork():
                pairs = [socket.socketpair() for _ in range(220)]
                time.sleep(1000)
        """
    )
    assert _ended(notebook) == "The notebook opened more than 8192 files at once."


def test_what_has_ended_is_not_a_process(sandbox, opened):
    notebook = opened(sandbox, processes=8)
    for _ in range(4):
        notebook.run("import os\nfor _ in range(4):\n    os.system('true & true &')")
    time.sleep(0.5)
    assert notebook.run("1 + 1") == "2"


def test_no_core_is_left(notebook):
    notebook.run("import os, subprocess")
    told = notebook.run("subprocess.run(['sh', '-c', 'kill -ABRT $$']).returncode, os.listdir('.')")
    assert told.startswith(f"({-signal.SIGABRT}, ")
    assert "core" not in told


@pytest.mark.parametrize(
    "code",
    ["import os; os._exit(3)", "import ctypes; ctypes.string_at(0)", "import os; os.abort()"],
)
def test_a_notebook_that_ends_itself_has_ended(sandbox, opened, code):
    notebook = opened(sandbox)
    notebook.start(code)
    assert _ended(notebook) == ""
    assert notebook.kernel.poll() != 0
    assert notebook.kernel.memory > 0


def _running(mark):
    found = []
    for each in Path("/proc").iterdir():
        with suppress(OSError):
            if each.name.isdigit() and mark.encode() in (each / "cmdline").read_bytes():
                found.append(int(each.name))
    return found


def test_all_that_it_started_ends_with_it(sandbox, opened):
    notebook = opened(sandbox)
    seconds = f"{1000 + os.getpid()}.25"
    notebook.run(
        f"""
        import os, subprocess, time
        subprocess.Popen(["sleep", "{seconds}"], start_new_session=True)
        if not os.fork():
            os.setsid()
            os.execvp("setsid", ["setsid", "nohup", "sleep", "{seconds}"])
        time.sleep(0.5)
        """
    )
    assert len(_running(seconds)) == 2
    notebook.start("os._exit(0)")
    assert notebook.kernel.wait(60) is not None
    assert _running(seconds) == []


def test_it_ends_when_whoever_asked_for_it_is_gone(sandbox, opened):
    notebook = opened(sandbox)
    seconds = f"{1000 + os.getpid()}.75"
    notebook.run(f"import subprocess; subprocess.Popen(['sleep', '{seconds}'])")
    assert _running(seconds)
    notebook.kernel._wire.connection.close()
    until = time.monotonic() + 60
    while _running(seconds) and time.monotonic() < until:
        time.sleep(0.05)
    assert _running(seconds) == []
    notebook.kernel._code = 0


def test_an_interrupt_stops_a_cell_and_what_it_runs(notebook):
    for code in (
        "import time; time.sleep(1000)",
        "import subprocess; subprocess.run(['sleep', '999'])",
    ):
        notebook.run("1")
        notebook.start(f"open('begun', 'w')\n{code}")
        time.sleep(1)
        notebook.manager.interrupt_kernel()
        reply = notebook.client.get_shell_msg(timeout=60)
        while reply["content"].get("ename") is None:
            reply = notebook.client.get_shell_msg(timeout=60)
        assert reply["content"]["ename"] == "KeyboardInterrupt"


def test_a_notebook_that_is_started_again_is_a_new_one(notebook):
    notebook.run("a = 1; open('file', 'w')")
    notebook.manager.restart_kernel(now=True)
    notebook.client.wait_for_ready(timeout=60)
    assert (
        notebook.run("print('a' in dir(), __import__('os').path.exists('file'))") == "False False"
    )


def test_a_sandbox_that_is_gone_is_said_to_be(sandbox, opened, monkeypatch):
    monkeypatch.setenv("DRILL_SANDBOX", str(sandbox.folder / "gone"))
    from simulator.grading.job import Limits
    from simulator.sandbox import kernel

    ports = dict(zip(kernel.PORTS, range(1, 6), strict=True))
    connection = {"transport": "ipc", "ip": str(sandbox.folder / "x"), **ports}
    with pytest.raises(CannotServe, match="no sandbox at"):
        kernel.start(sandbox.folder / "gone", connection, {}, Limits())
    assert not list(sandbox.folder.glob("x-*"))
