"""One call of awscli in a forked process, as if the program had been started afresh.

Sources: Python's documentation of sys.exit, sys.stdout and atexit; Python/pylifecycle.c for the
standard streams and the exit code of a stream that can't be written out.
"""

from __future__ import annotations

import atexit
import io
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn, TextIO

from simulator.sandbox import aws_warm

_STANDARD = 3
_NOT_WRITTEN_OUT = 120


@dataclass(frozen=True, slots=True)
class Asked:
    """A call. `descriptors` are its standard streams and the folder that it is made in."""

    umask: int
    arguments: list[str]
    environ: Mapping[str, str]
    descriptors: tuple[int, ...]


def parsed(told: bytes, descriptors: tuple[int, ...]) -> Asked:
    """The call that `told` asks for.

    Raises:
        ValueError: it asks for none.
    """
    umask, count, *rest = told.split(b"\0")
    texts = [os.fsdecode(each) for each in rest]
    arguments, variables = texts[: int(count)], texts[int(count) :]
    environ = dict(each.split("=", 1) for each in variables)
    return Asked(int(umask), arguments, environ, descriptors)


def do(asked: Asked) -> NoReturn:
    """Be awscli's process from here on."""
    try:
        _begin_anew(asked)
        code = _ended(aws_warm.main)
        os._exit(code if _written_out() else _NOT_WRITTEN_OUT)
    finally:
        os._exit(1)


def _begin_anew(asked: Asked) -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setsid()
    *standard, folder = asked.descriptors
    os.fchdir(folder)
    for place, each in enumerate(standard):
        os.dup2(each, place)
    os.closerange(_STANDARD, os.sysconf("SC_OPEN_MAX"))
    os.umask(asked.umask)
    os.environ.clear()
    os.environ.update(asked.environ)
    time.tzset()
    atexit._clear()
    atexit.register(logging.shutdown)
    program = os.path.join(os.path.dirname(sys.executable), "aws")
    sys.argv = [program, *asked.arguments]
    sys.path[0] = os.path.dirname(program)
    sys.stdin = sys.__stdin__ = _stream(0, sys.__stdin__)  # type: ignore[assignment, misc]
    sys.stdout = sys.__stdout__ = _stream(1, sys.__stdout__)  # type: ignore[assignment, misc]
    sys.stderr = sys.__stderr__ = _stream(2, sys.__stderr__)  # type: ignore[assignment, misc]


def _stream(number: int, inherited: TextIO | None) -> TextIO:
    """A standard stream, coded as the `inherited` one was for the same environment."""
    assert inherited is not None
    mode = "w" if number else "r"
    raw = io.FileIO(number, mode, closefd=False)
    terminal = raw.isatty()
    raw.name = inherited.name
    buffer = io.BufferedWriter(raw) if number else io.BufferedReader(raw)
    made = io.TextIOWrapper(
        buffer,
        encoding=inherited.encoding,
        errors=inherited.errors,
        newline="\n",
        line_buffering=terminal or number == 2,
    )
    made.mode = mode  # type: ignore[misc]
    return made


def _ended(main: object) -> int:
    """The exit code of the interpreter that would have run `main`."""
    assert callable(main)
    try:
        sys.exit(main())
    except SystemExit as wanted:
        code = _code(wanted.code)
    except KeyboardInterrupt:
        sys.excepthook(*sys.exc_info())
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
        code = 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    return code


def _code(wanted: object) -> int:
    if wanted is None:
        return 0
    if isinstance(wanted, int):
        return wanted & 0xFF
    print(wanted, file=sys.stderr)
    return 1


def _written_out() -> bool:
    try:
        sys.stdout.flush()
    except OSError as error:
        with suppress(OSError):
            print(f"Exception ignored in: {sys.stdout!r}", file=sys.stderr)
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return False
    return True
