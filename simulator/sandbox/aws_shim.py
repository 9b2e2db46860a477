"""The program `aws` of a kernel: it has the process beside the kernel do what it is called for.

It runs as `python -ISE` of this file alone, imports nothing that takes time, and becomes the real
program, which is beside this Python, wherever that process is gone or refuses.
Sources: the manual pages unix(7), SCM_RIGHTS, and execve(2).
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import _socket
import posix
import sys

_HOME = "/home/learner"
PLACE = _HOME + "/.drill-aws"
"""The socket where calls are asked for, in a kernel's own home."""
PASSED = (_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP, _signal.SIGQUIT)
"""Signals that the call gets as well."""
TAKEN = b"+"
_STANDARD = (0, 1, 2)
_STATUS = 4
_LOST = 128 + 9


def main() -> None:
    """Never returns: it exits as the call does."""
    try:
        asked = _ask()
    except OSError:
        asked = None
    if asked is None:
        _become_the_real_one()
    else:
        _end_alike(_heard(asked, _STATUS))


def _ask() -> _socket.socket | None:
    """The connection by which a call was begun, or None where none was."""
    for each in _STANDARD:
        posix.fstat(each)
    folder = posix.open(".", posix.O_RDONLY | posix.O_CLOEXEC)
    told = b"\0".join(_told())
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    connection.connect(PLACE)
    given = b"".join(each.to_bytes(4, sys.byteorder) for each in (*_STANDARD, folder))
    rights = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, given)]
    connection.sendmsg([len(told).to_bytes(8, "big")], rights)
    connection.sendall(told)
    posix.close(folder)
    for number in PASSED:
        if _signal.getsignal(number) != _signal.SIG_IGN:
            _signal.signal(number, lambda which, _: connection.send(bytes([which])))
    return connection if connection.recv(1) == TAKEN else None


def _told() -> list[bytes]:
    mask = posix.umask(0)
    posix.umask(mask)
    coding = sys.getfilesystemencoding()
    arguments = [each.encode(coding, "surrogateescape") for each in sys.argv[1:]]
    environ = [name + b"=" + value for name, value in posix.environ.items()]
    return [b"%d" % mask, b"%d" % len(arguments), *arguments, *environ]


def _heard(connection: _socket.socket, size: int) -> bytes:
    heard = b""
    while len(heard) < size:
        more = connection.recv(size - len(heard))
        if not more:
            break
        heard += more
    return heard


def _end_alike(answer: bytes) -> None:
    if len(answer) < _STATUS:
        posix._exit(_LOST)
    status = int.from_bytes(answer, "big")
    if posix.WIFSIGNALED(status):
        number = posix.WTERMSIG(status)
        if number != _signal.SIGKILL:
            _signal.signal(number, _signal.SIG_DFL)
        posix.kill(posix.getpid(), number)
    posix._exit(posix.WEXITSTATUS(status))


def _become_the_real_one() -> None:
    for number in (_signal.SIGPIPE, _signal.SIGXFSZ, *PASSED):
        if number in PASSED and _signal.getsignal(number) == _signal.SIG_IGN:
            continue
        _signal.signal(number, _signal.SIG_DFL)
    real = sys.executable.rpartition("/")[0] + "/aws"
    posix.execve(real, [real, *sys.argv[1:]], posix.environ)


if __name__ == "__main__":
    main()
