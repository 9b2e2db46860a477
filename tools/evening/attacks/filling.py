"""Attacks on what all submissions share: memory, processes, disk, and the grader's own memory."""

from __future__ import annotations

from tools.evening.attack import silent, telling

BOMB = "it takes processes or threads without end"
MEMORY = "it takes memory without end"
DISK = "it fills a disk"
GREEDY = ("ran", "stopped", "timed out")

ATTACKS = (
    silent(
        "fork-bomb",
        "Forks for ever.",
        "import os\n\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass",
        ends=GREEDY,
        harms=BOMB,
    ),
    silent(
        "shell-bomb",
        "Forks for ever, in a shell of a session of its own.",
        "!setsid bash -c ':(){ :|:& };:' &",
        "import time\n\ntime.sleep(3)",
        ends=GREEDY,
        harms=BOMB,
    ),
    telling(
        "thread-bomb",
        "Starts threads for ever.",
        """
        import threading
        import time

        threading.stack_size(32_768)
        try:
            while len(gained) < 4_000:
                thread = threading.Thread(target=time.sleep, args=(60,), daemon=True)
                thread.start()
                gained.append(thread)
        except RuntimeError as error:
            print(error)
        gained = gained if len(gained) == 4_000 else []
        """,
        ends=GREEDY,
        harms=BOMB,
    ),
    silent(
        "ten-gigabytes",
        "Makes a text of ten gigabytes.",
        "text = 'x' * 10**10",
        ends=("ran", "stopped"),
        harms=MEMORY,
    ),
    telling(
        "many-small-takers",
        "Takes memory in many processes, each of which takes little.",
        """
        import os
        import time

        for number in range(40):
            try:
                child = os.fork()
            except OSError:
                break
            if child == 0:
                block = bytearray(os.urandom(2**20)) * 100
                time.sleep(600)
                os._exit(0)
            gained.append(child)
        time.sleep(4)
        gained = gained if len(gained) == 40 else []
        """,
        ends=GREEDY,
        harms=MEMORY,
    ),
    telling(
        "nameless-files",
        "Keeps memory in files that have no name and that no process maps.",
        """
        import os
        import time

        block, kept = os.urandom(2**20), 0
        try:
            for number in range(200):
                file = os.memfd_create(str(number))
                gained.append(file)
                for _ in range(32):
                    kept += os.write(file, block)
                if kept >= 3 * 2**30:
                    break
        except OSError as error:
            print(kept, error)
        time.sleep(1)
        gained = gained if kept >= 3 * 2**30 else []
        """,
        ends=GREEDY,
        harms=MEMORY,
    ),
    telling(
        "shared-memory",
        "Keeps memory in System V segments, which outlive whoever made them.",
        """
        import ctypes

        libc, kept = ctypes.CDLL(None, use_errno=True), 0
        libc.shmat.restype = ctypes.c_void_p
        while kept < 3 * 2**30:
            made = libc.shmget(0, ctypes.c_size_t(2**26), 0o1600)
            place = libc.shmat(made, None, 0) if made >= 0 else None
            if made < 0 or place in (None, ctypes.c_void_p(-1).value):
                break
            ctypes.memset(place, 1, 2**26)
            libc.shmdt(ctypes.c_void_p(place))
            kept += 2**26
        gained += [kept] if kept >= 3 * 2**30 else []
        """,
        ends=GREEDY,
        harms=MEMORY,
    ),
    telling(
        "socket-buffers",
        "Keeps memory in the buffers of sockets and pipes that nobody reads.",
        """
        import fcntl
        import os
        import socket

        kept, ends = 0, []
        try:
            while kept < 2**30:
                one, other = socket.socketpair()
                one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**22)
                one.setblocking(False)
                ends += [one, other]
                try:
                    while True:
                        kept += one.send(b"x" * 65_536)
                except BlockingIOError:
                    pass
                into, out = os.pipe()
                fcntl.fcntl(out, 1031, 2**20)
                os.set_blocking(out, False)
                kept += os.write(out, b"x" * 2**20)
        except OSError as error:
            print(kept, error)
        gained += [kept] if kept >= 2**30 else []
        """,
        ends=GREEDY,
        harms=MEMORY,
    ),
    telling(
        "fills-folders",
        "Fills every folder that it can write to: scratch, /tmp, /dev/shm, its home, the kernel's.",
        """
        import os
        from pathlib import Path

        block, sockets = b"x" * 2**20, os.path.dirname(get_ipython().kernel.parent.ip)
        for folder in {os.getcwd(), "/tmp", "/var/tmp", "/dev/shm", "/run", str(Path.home()), sockets, "/"}:
            kept = 0
            for number in range(16):
                try:
                    with open(f"{folder}/filling-{number}", "wb", buffering=0) as file:
                        for _ in range(128):
                            kept += file.write(block)
                except OSError as error:
                    print(folder, kept, error)
                    break
            if kept >= 2**30:
                gained.append((folder, kept))
        """,
        ends=GREEDY,
        harms=DISK,
    ),
    telling(
        "many-files",
        "Makes files until there are no more inodes, in folders that are ten thousand deep.",
        """
        import os

        made = 0
        try:
            for number in range(300_000):
                os.mknod(f"empty-{number}")
                made += 1
            for depth in range(2_000):
                os.mkdir("d" * 200)
                os.chdir("d" * 200)
        except OSError as error:
            print(made, error)
        gained += [made] if made == 300_000 else []
        """,
        ends=GREEDY,
        harms=DISK,
    ),
    silent(
        "sparse-file",
        "Makes a file that says it has a terabyte.",
        "with open('sparse', 'wb') as file:\n    file.truncate(2**40)",
        ends=GREEDY,
    ),
    silent(
        "open-files",
        "Opens files and sockets until none is left.",
        """
        import socket

        kept = []
        while len(kept) < 100_000:
            kept.append(socket.socket())
        """,
        "lab.check()",
        ends=GREEDY,
    ),
    silent(
        "endless-output",
        "Prints for ever.",
        "while True:\n    print('x' * 1000)",
        endless=True,
        harms="it fills the memory of whoever keeps the output",
    ),
    silent(
        "endless-bytes",
        "Writes to its standard output and error, past Python, for ever.",
        "import os\n\nblock = b'x' * 65_536\nwhile True:\n    os.write(1, block)\n    os.write(2, block)",
        endless=True,
        harms="it fills a disk, or the memory of whoever keeps the output",
    ),
    silent(
        "one-big-print",
        "Prints a gigabyte at once.",
        "print('x' * 10**9)",
        ends=GREEDY,
        harms="it takes memory of whoever keeps the output",
    ),
    silent(
        "big-display",
        "Shows HTML, JSON and pictures of fifty megabytes each, over and over.",
        """
        from IPython.display import display

        for number in range(40):
            display({"text/html": "<b>" * 12_000_000, "application/json": {"a": ["b" * 100] * 100_000}}, raw=True)
        """,
        ends=GREEDY,
        harms="it takes memory of whoever keeps the output",
    ),
    silent(
        "big-error",
        "Raises an error whose message has a hundred megabytes, from a source line as long.",
        "raise RuntimeError('x' * 10**8)",
        "exec('a = 1; ' * 1_000_000 + 'b')",
        ends=GREEDY,
        harms="it takes memory of whoever keeps the output",
    ),
    silent(
        "comm-flood",
        "Opens two hundred thousand comms, as widgets do.",
        """
        from comm import create_comm

        for number in range(200_000):
            create_comm(target_name="flood", data={"x": "y" * 1_000})
        """,
        ends=GREEDY,
        harms="it takes memory of whoever keeps the output",
    ),
)
