"""Attacks on the run itself: the kernel ends, or ends others, or refuses to end."""

from __future__ import annotations

from tools.evening.attack import silent, telling

GONE = ("stopped", "timed out")

ATTACKS = (
    silent(
        "kernel-exit",
        "Ends its kernel half-way.",
        "import os\n\nos._exit(0)",
        "lab.finish()",
        ends=("stopped",),
    ),
    silent(
        "shutdown-asked",
        "Asks its kernel to shut down and start again.",
        "get_ipython().kernel.do_shutdown(True)",
        "exit()",
        "quit(keep_kernel=False)",
        ends=("ran", "stopped", "timed out"),
    ),
    silent(
        "segmentation-fault",
        "Reads address 0.",
        "import ctypes\n\nctypes.string_at(0)",
        ends=("stopped",),
    ),
    silent(
        "stack-overflow",
        "Calls itself until the stack is gone.",
        """
        import sys

        sys.setrecursionlimit(2**31 - 1)

        class Deep:
            def __repr__(self):
                return repr(self.__dict__.setdefault("x", Deep()))

        print(eval("-" * 50_000 + "1"))
        """,
        "def deep():\n    return [deep() for _ in (0,)]\n\n\ndeep()",
        ends=("ran", "stopped", "timed out"),
    ),
    silent(
        "kill-parent",
        "Kills the process that started it.",
        """
        import os
        import signal

        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.kill(os.getppid(), number)
            except OSError as error:
                print(error)
        """,
        ends=("ran", *GONE),
        harms="it ends the grader, whoever that is",
    ),
    silent(
        "kill-all",
        "kill -9 -1.",
        "!kill -9 -1",
        "import os\n\nos.kill(-1, 9)",
        ends=("ran", *GONE),
        harms="it ends everything that its user runs",
    ),
    silent(
        "kill-by-number",
        "Kills every process there could be, one after another, and its process group.",
        """
        import os

        for number in (*range(-65536, 0), *range(1, 65536)):
            if number != os.getpid():
                try:
                    os.kill(number, 9)
                except OSError:
                    continue
        """,
        ends=("ran", *GONE),
        harms="it ends everything that its user runs",
    ),
    telling(
        "ptrace-parent",
        "Attaches a debugger to its parent, and to process 1.",
        """
        import ctypes
        import os

        libc = ctypes.CDLL(None, use_errno=True)
        for pid in {os.getppid(), 1} - {0, os.getpid()}:
            for request in (16, 0x4206):
                if libc.ptrace(request, pid, 0, 0) == 0:
                    gained.append((pid, request))
                    libc.ptrace(17, pid, 0, 0)
        """,
        ends=("ran", *GONE),
        harms="it stops the grader",
    ),
    silent(
        "stops-itself",
        "Sends itself SIGSTOP: it neither answers nor ends.",
        "import os\nimport signal\n\nos.kill(os.getpid(), signal.SIGSTOP)",
        ends=("ran", *GONE),
    ),
    silent(
        "ignores-signals",
        "Ignores every signal that can be, and goes on for ever.",
        """
        import signal

        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        while True:
            try:
                while True:
                    pass
            except BaseException:
                continue
        """,
        endless=True,
    ),
    silent(
        "survivor",
        "Leaves a process that outlives its cell, its kernel and its session.",
        """
        import os
        import time

        if os.fork() == 0:
            os.setsid()
            if os.fork():
                os._exit(0)
            for number in range(3, 256):
                try:
                    os.close(number)
                except OSError:
                    continue
            while True:
                time.sleep(0.1)
        """,
        ends=("ran", *GONE),
        harms="it would run on on this machine",
    ),
    silent(
        "forked-kernel",
        "Forks its kernel, so that two answer.",
        "import os\n\nos.fork()\nos.fork()",
        "lab.check()",
        ends=("ran", *GONE),
        harms="its copies would run on on this machine",
    ),
    silent(
        "never-exits",
        "Goes on when it is asked to exit: in threads and in what is registered for the exit.",
        """
        import atexit
        import threading

        def forever():
            while True:
                pass

        atexit.register(forever)
        threading.Thread(target=forever).start()
        """,
        ends=("ran", *GONE),
    ),
    silent(
        "endless-loop",
        "Never ends, in Python.",
        "while True:\n    pass",
        endless=True,
    ),
    silent(
        "endless-power",
        "Never ends, in C: a power that no interrupt reaches.",
        "len(str(pow(7, 10**9)))",
        endless=True,
    ),
    silent(
        "endless-expression",
        "Never ends, in C: a regular expression that tries every way.",
        "import re\n\nre.fullmatch(r'(a|a|aa)*b', 'a' * 200)",
        endless=True,
    ),
    silent(
        "sleeps",
        "Sleeps for a day.",
        "import time\n\ntime.sleep(86_400)",
        endless=True,
    ),
    silent(
        "many-slow-cells",
        "Keeps each cell within its time, and has many of them.",
        *(["import time\n\ntime.sleep(2)"] * 30),
        ends=("timed out",),
    ),
)
