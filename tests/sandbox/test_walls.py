"""What a notebook can't do from inside the sandbox."""

import platform
import socket
import threading
from contextlib import suppress
from queue import Empty

import pytest

from simulator.sandbox import seccomp

pytestmark = pytest.mark.notebook


def _refused(said):
    return said.split(":")[0] in {"PermissionError", "OSError", "ConnectionRefusedError"}


def test_it_reaches_what_is_served_on_the_sandboxs_ports(sandbox, notebook):
    """The listening socket is inside, the process that accepts is not."""
    listener = sandbox.listeners[0]

    def serve():
        connection, _ = listener.accept()
        with connection:
            connection.recv(1024)
            connection.sendall(b"HTTP/1.0 200 OK\r\n\r\nhere")

    served = threading.Thread(target=serve)
    served.start()
    asked = f"from urllib.request import urlopen; urlopen('http://{sandbox.addresses[0]}/').read()"
    assert notebook.run(asked) == "b'here'"
    served.join()


def test_it_reaches_no_port_of_this_machine(notebook):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        connect = f"import socket; socket.create_connection(('127.0.0.1', {port}), 5)"
        assert notebook.run(connect).startswith("ConnectionRefusedError")


@pytest.mark.parametrize("address", ["198.51.100.1", "169.254.169.254", "10.0.0.1"])
def test_it_reaches_no_other_machine(notebook, address):
    connect = f"import socket; socket.create_connection(('{address}', 80), 5)"
    assert "Network is unreachable" in notebook.run(connect)


def test_it_resolves_no_name(notebook):
    assert notebook.run("import socket; socket.gethostbyname('example.com')").startswith("gaierror")
    assert notebook.run("import socket; socket.gethostbyname('localhost')") == "'127.0.0.1'"


def test_it_reaches_no_unix_socket_of_this_machine(sandbox, notebook):
    with socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind("\0drill-test")
        abstract.listen()
        connect = "import socket; socket.socket(socket.AF_UNIX).connect({!r})"
        assert notebook.run(connect.format("\0drill-test")).startswith("ConnectionRefusedError")
    assert notebook.run(connect.format(str(sandbox.control))).startswith("FileNotFoundError")


def test_it_speaks_with_no_virtual_machines_host(notebook):
    """AF_VSOCK is not confined by a network namespace."""
    said = notebook.run("import socket; socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)")
    assert "Address family not supported" in said


def test_it_has_no_rights(notebook):
    told = notebook.run("print(open('/proc/self/status').read())")
    status = dict(line.split(":\t", 1) for line in told.splitlines() if ":\t" in line)
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(status[name], 16) == 0
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    assert "0" not in status["Uid"].split()


@pytest.mark.parametrize(
    "call",
    [
        "os.setuid(0)",
        "os.chown('/home/learner', 0, 0)",
        "os.mknod('/tmp/disk', 0o60600, os.makedev(8, 0))",
        "os.chroot('/tmp')",
        "os.nice(-1)",
        "resource.setrlimit(resource.RLIMIT_NPROC, (10**6, 10**6))",
        "os.memfd_create('memory')",
        "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))",
    ],
)
def test_it_may_not(notebook, call):
    assert _refused(notebook.run(f"import os, resource\n{call}").replace("ValueError", "OSError"))


@pytest.mark.parametrize(
    "call",
    [
        "unshare(0x10000000)",  # CLONE_NEWUSER
        "unshare(0x00020000)",  # CLONE_NEWNS
        "mount(b'none', b'/tmp', b'tmpfs', 0, None)",
        "umount2(b'/proc', 2)",
        "ptrace(16, 1, 0, 0)",  # PTRACE_ATTACH
        "setns(0, 0)",
        "syscall(56, 0x10000000 | 17, 0, 0, 0, 0)",  # clone(CLONE_NEWUSER)
        "syscall(425, 1, 0)",  # io_uring_setup
        "syscall(321, 0, 0, 0)",  # bpf
    ],
)
def test_it_may_not_ask_linux_for(notebook, call):
    if "syscall" in call and platform.machine() != "x86_64":
        pytest.skip("the numbers are those of x86-64")
    told = notebook.run(
        f"""
        import ctypes, errno
        libc = ctypes.CDLL(None, use_errno=True)
        print(libc.{call}, errno.errorcode.get(ctypes.get_errno()))
        """
    )
    assert told in {"-1 EPERM", "-1 ENOSYS"}


def test_it_sees_and_kills_its_own_processes_only(sandbox, opened):
    first, second = opened(sandbox), opened(sandbox)
    first.run("import subprocess; child = subprocess.Popen(['sleep', '1000'])")
    seen = second.run("import os; print([name for name in os.listdir('/proc') if name.isdigit()])")
    assert seen == "['1', '2']"  # itself, and who does its calls of `aws`
    second.start("import os, signal; os.kill(-1, signal.SIGKILL)")
    assert first.run("print(child.poll())") == "None"
    assert opened(sandbox).run("1 + 1") == "2"


def test_killing_or_stopping_itself_hurts_nobody_else(sandbox, opened):
    notebook = opened(sandbox)
    notebook.start("import os, signal; os.kill(os.getpid(), signal.SIGSTOP); os.kill(1, 9)")
    notebook.start("import os; os.kill(os.getppid(), signal.SIGKILL)")
    assert opened(sandbox).run("1 + 1") == "2"


def test_a_terminal_is_not_to_be_had(notebook):
    assert notebook.run("open('/dev/tty')").startswith("OSError")


def test_a_message_of_any_length_is_not_taken(notebook):
    notebook.start("print('x' * 200_000_000)")
    assert notebook.client.get_shell_msg(timeout=60)["content"]["status"] == "ok"
    heard = []
    with suppress(Empty):
        while True:
            heard.append(len(str(notebook.client.get_iopub_msg(timeout=3)["content"])))
    assert heard
    assert max(heard) < 10**6


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_a_filter_is_whole_steps_and_ends_with_an_answer(machine):
    program = seccomp.program(machine)
    assert len(program) % 8 == 0
    assert program[-8] == 0x06  # BPF_RET
