"""Attacks on the kernel's protocol: messages that it never meant to send."""

from __future__ import annotations

from tools.evening.attack import silent

GONE = ("stopped", "timed out")

ATTACKS = (
    silent(
        "forged-replies",
        "Answers for itself that cells ran well and that it is idle, before they ran.",
        """
        kernel = get_ipython().kernel
        parent = kernel.get_parent("shell")
        send = kernel.session.send
        socket = kernel.iopub_socket
        for _ in range(3):
            send(socket, "status", {"execution_state": "idle"}, parent=parent, ident=kernel._topic("status"))
            send(
                kernel.shell_stream if hasattr(kernel, "shell_stream") else kernel.shell_socket,
                "execute_reply",
                {"status": "ok", "execution_count": 1, "user_expressions": {}, "payload": []},
                parent=parent,
                ident=kernel.get_parent("shell").get("header", {}).get("session", "").encode(),
            )
        """,
        "raise RuntimeError('this cell fails')",
        ends=("ran", *GONE),
    ),
    silent(
        "unsigned-messages",
        "Sends what is no message of the protocol, or isn't signed.",
        """
        socket = get_ipython().kernel.iopub_socket
        for parts in (
            [b"junk"],
            [b"", b"<IDS|MSG>", b"wrong", b"{}", b"{}", b"{}", b"{}"],
            [b"<IDS|MSG>"],
            [b"<IDS|MSG>", b"", b"[" * 10_000, b"{}", b"{}", b"{}"],
            [bytes([255, 254, 0])] * 40,
        ):
            socket.send_multipart(parts)
        """,
        "lab.check()",
        ends=("ran", *GONE),
    ),
    silent(
        "strange-contents",
        "Sends signed messages whose contents are not what a reader expects.",
        """
        kernel = get_ipython().kernel
        parent = kernel.get_parent("shell")
        for kind, content in (
            ("stream", {}),
            ("stream", {"name": 5, "text": None}),
            ("stream", {"name": "../../x", "text": ["a"]}),
            ("error", {"ename": None, "evalue": {"a": 1}, "traceback": "no list"}),
            ("error", {}),
            ("execute_result", {"data": None, "metadata": 5, "execution_count": "many"}),
            ("display_data", {"data": {"text/plain": {"a": [1]}}}),
            ("display_data", {}),
            ("update_display_data", {"transient": None}),
            ("execute_input", {}),
            ("clear_output", {"wait": {}}),
            ("comm_open", {"comm_id": None}),
            ("comm_msg", {}),
            ("status", {}),
            ("status", {"execution_state": "starting"}),
            ("no such kind", {"a": "b"}),
        ):
            kernel.session.send(kernel.iopub_socket, kind, content, parent=parent, ident=b"x")
        """,
        "lab.check()",
        ends=("ran", *GONE),
    ),
    silent(
        "closed-sockets",
        "Closes every socket that its kernel has.",
        """
        import gc

        import zmq

        for each in gc.get_objects():
            if isinstance(each, zmq.Socket):
                each.close(linger=0)
        """,
        "lab.check()",
        ends=("ran", *GONE),
    ),
    silent(
        "silent-kernel",
        "Answers its heartbeat and nothing else.",
        """
        kernel = get_ipython().kernel
        kernel.session.send = lambda *args, **more: None
        """,
        "lab.check()",
        ends=GONE,
    ),
    silent(
        "asks-for-input",
        "Asks for input and passwords, which nobody types.",
        "name = input('Who grades this? ')",
        "import getpass\n\ngetpass.getpass()",
        "get_ipython().kernel._allow_stdin = True\nget_ipython().kernel.raw_input('And now? ')",
        ends=("ran", *GONE),
    ),
    silent(
        "message-flood",
        "Sends small messages for ever, and none of the kinds that are counted as output.",
        """
        kernel = get_ipython().kernel
        parent = kernel.get_parent("shell")
        while True:
            kernel.session.send(kernel.iopub_socket, "status", {"execution_state": "busy"}, parent=parent)
        """,
        ends=GONE,
        harms="it takes memory of whoever keeps the messages",
    ),
    silent(
        "broken-shell",
        "Breaks its interpreter: its builtins, its display hook, its history, its own shell.",
        """
        import builtins
        import sys

        get_ipython().history_manager = None
        get_ipython().run_cell = None
        sys.stdout = sys.stderr = None
        builtins.print = builtins.__import__ = builtins.len = None
        """,
        "lab.check()",
        ends=("ran", *GONE),
    ),
)
