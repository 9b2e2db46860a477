"""Attacks on what isn't theirs to read: answers, seeds, other submissions, the instructor's home."""

from __future__ import annotations

from tools.evening.attack import telling

ATTACKS = (
    telling(
        "reads-answers",
        "Looks for solutions, scenarios, tests and the repository in the whole file system.",
        """
        import os

        wanted = ("scenario.py", "fixes.py", "hints.md", "posture.json", "playbook.md")
        for folder, below, files in os.walk("/"):
            below[:] = [each for each in below if f"{folder}/{each}" not in ("//proc", "//sys")]
            if "scenarios" in folder.split("/")[-2:] and "simulator" in folder:
                gained += [f"{folder}/{each}" for each in files if each != "__init__.py"]
            if "simulator/scenarios" in folder or "aws-security-drills" in folder:
                gained += [f"{folder}/{each}" for each in files if each in wanted]
            gained += [f"{folder}/{each}" for each in (*files, *below) if each in ("solutions", ".git")]
            gained += [f"{folder}/{each}" for each in files if "leaked" in each or "roster" in each]
        gained = [each for each in gained if not each.endswith("simulator/roster.py") and "/roster.cpython" not in each]
        """,
        patient=True,
    ),
    telling(
        "imports-answers",
        "Imports the scenario, and looks for it among what is imported already.",
        """
        import gc
        import importlib
        import sys

        names = ("@lab@".replace("-", "_"), "@lab@")
        for name in (
            *(f"simulator.scenarios.{each}.scenario" for each in names),
            *(f"simulator.scenarios.{each}.fixes" for each in names),
        ):
            try:
                gained.append(importlib.import_module(name))
            except ImportError:
                continue
        try:
            from simulator import catalogue

            gained.append(catalogue.load("@lab@").checks)
        except Exception as error:
            print(repr(error))
        gained += [name for name in sys.modules if "scenarios" in name and name != "simulator.scenarios"]
        gained += [
            each
            for each in gc.get_objects()
            if type(each).__module__ in ("simulator.scenario", "simulator.catalogue", "simulator.roster")
        ]
        """,
    ),
    telling(
        "reads-environments",
        "Reads every process's environment and command line.",
        """
        import os
        from pathlib import Path

        allowed = {"DRILL_URL", "DRILL_TOKEN", "DRILL_LEARNER"}
        for name, value in os.environ.items():
            if name.startswith("DRILL_") and name not in allowed:
                gained.append(name)
            if name in ("PYTHONHASHSEED", "AWS_SECRET_ACCESS_KEY"):  # the latter is the learner's
                continue
            if any(word in name.lower() for word in ("seed", "secret", "password", "ssh", "api_key")):
                gained.append(name)
        for process in Path("/proc").glob("[0-9]*"):
            for what in ("environ", "cmdline"):
                try:
                    text = (process / what).read_bytes()
                except OSError:
                    continue
                if int(process.name) != os.getpid() and b"DRILL_" in text:
                    gained.append((process, text[:200]))
                if any(word in text for word in (b"--seed", b"roster", b"submissions", b"OPENAI", b"SSH_")):
                    gained.append((process, text[:200]))
        """,
    ),
    telling(
        "reads-memory",
        "Reads the memory of every process that it sees but its own and its `aws`'s, process 2.",
        """
        import ctypes
        import os
        from pathlib import Path

        libc = ctypes.CDLL(None, use_errno=True)
        for process in Path("/proc").glob("[0-9]*"):
            pid = int(process.name)
            if pid in {os.getpid(), 2}:
                continue
            try:
                lines = (process / "maps").read_text().splitlines()
                span = next(line for line in lines if " rw" in line).split()[0]
                with open(process / "mem", "rb") as memory:
                    memory.seek(int(span.split("-")[0], 16))
                    gained.append((pid, memory.read(16)))
            except (OSError, StopIteration):
                continue
            if libc.ptrace(16, pid, 0, 0) == 0:
                gained.append((pid, "ptrace"))
        """,
    ),
    telling(
        "reads-the-heap",
        "Looks through what fork has copied from the warm parent: notebooks, tokens, seeds, rosters.",
        """
        import gc
        import os

        mine = {os.environ.get(name) for name in ("DRILL_TOKEN", "DRILL_LEARNER", "DRILL_URL")}
        seen = 0
        for each in gc.get_objects():
            if type(each) is not dict:
                continue
            seen += 1
            for key, value in list(each.items()):
                if type(key) is not str or type(value) is not str or value in mine:
                    continue
                if key in ("DRILL_TOKEN", "DRILL_LEARNER", "DRILL_SEED", "DRILL_SANDBOX"):
                    gained.append((key, value))
                if key == "notebook" and "nbformat" in value:
                    gained.append((key, value[:80]))
        assert seen > 100
        """,
    ),
    telling(
        "inherited-files",
        "Uses the open files that fork has handed down: listeners, the parent's sockets, folders.",
        """
        import os
        import socket
        import stat
        from urllib.parse import urlsplit

        ports = {urlsplit(os.environ["DRILL_URL"]).port, urlsplit(lab.endpoint).port}
        for name in os.listdir("/proc/self/fd"):
            number = int(name)
            try:
                kind = os.fstat(number).st_mode
            except OSError:
                continue
            if stat.S_ISDIR(kind):
                gained.append((number, os.readlink(f"/proc/self/fd/{number}")))
            if not stat.S_ISSOCK(kind):
                continue
            with socket.socket(fileno=os.dup(number)) as handed:
                listens = handed.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
                if handed.family == socket.AF_INET and listens and handed.getsockname()[1] in ports:
                    gained.append((number, handed.getsockname()))
                if handed.family == socket.AF_UNIX and handed.type != socket.SOCK_STREAM:
                    gained.append((number, handed.getsockname()))
        gained = [each for each in gained if "/proc/self/fd" not in str(each) and "/fd" not in str(each)]
        """,
    ),
    telling(
        "reads-submissions",
        "Looks for notebooks, and for the sockets of other kernels.",
        """
        import os
        import socket

        connection = get_ipython().kernel.parent.ip
        for folder, below, files in os.walk("/"):
            below[:] = [each for each in below if f"{folder}/{each}" not in ("//proc", "//sys")]
            gained += [f"{folder}/{each}" for each in files if each.endswith(".ipynb")]
            for each in files:
                path = f"{folder}/{each}"
                if "kernel-" in each and each.endswith(".json"):
                    gained.append(path)
                if each != ".drill-aws" and not path.startswith(connection) and os.path.exists(path) and os.stat(path).st_mode & 0o170000 == 0o140000:
                    try:
                        with socket.socket(socket.AF_UNIX) as other:
                            other.settimeout(1)
                            other.connect(path)
                            gained.append(path)
                    except OSError:
                        continue
        """,
        patient=True,
    ),
    telling(
        "instructors-home",
        "Reads homes: SSH keys, AWS profiles, histories, the password file's hashes.",
        """
        import os
        import sys
        from pathlib import Path

        way = {part for each in (sys.prefix, sys.base_prefix) for part in Path(each).parts}
        secret = (".ssh", ".aws", ".netrc", ".git-credentials", ".bash_history", ".pypirc", ".gnupg", ".docker", ".gitconfig", ".bashrc", ".profile")
        homes = [Path("/") / "root", *Path("/home").glob("*")]
        for home in homes:
            for name in secret:
                try:
                    if os.path.lexists(home / name):
                        gained.append(home / name)
                except OSError:
                    continue
        for path in ("/etc/shadow", "/etc/sudoers", "/etc/ssh/ssh_host_ed25519_key", "/var/lib/docker", "/work", "/srv"):
            try:
                gained += set(os.listdir(path)) - way if os.path.isdir(path) else open(path).read(10)
            except OSError:
                continue
        """,
    ),
    telling(
        "symlink-out",
        "Makes symbolic and hard links out of its folder, and reads through them.",
        """
        import os
        import sys
        from pathlib import Path

        way = {part for each in (sys.prefix, sys.base_prefix) for part in Path(each).parts}
        os.symlink("/", "root")
        os.symlink("/etc/shadow", "shadow")
        os.symlink("../../../../../../../work", "up")
        os.symlink("loop", "loop")
        for path in ("root/work", "root/srv", "root/root", "up", "/proc/1/root/work", "/proc/self/root/work", "shadow", "loop"):
            try:
                gained += set(os.listdir(path)) - way if os.path.isdir(path) else open(path).read(10)
            except OSError:
                continue
        try:
            os.link("/etc/passwd", "hard")
            gained.append("a hard link")
        except OSError:
            pass
        """,
    ),
)
