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
        endless=True,
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
        endless=True,
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
    silent(
        "replies-ahead",
        "Answers requests that are yet to come, whose ids can be guessed: all its cells pass.",
        """
        import copy

        kernel = get_ipython().kernel
        parent = kernel.get_parent("shell")
        stem, _, count = parent["header"]["msg_id"].rpartition("_")
        shell = getattr(kernel, "shell_stream", None) or kernel.shell_socket
        for ahead in range(1, 40):
            to = copy.deepcopy(parent)
            to["header"]["msg_id"] = f"{stem}_{int(count) + ahead}"
            reply = {"status": "ok", "execution_count": 1, "user_expressions": {}, "payload": []}
            kernel.session.send(shell, "execute_reply", reply, parent=to, ident=kernel._get_shell_context_var(kernel._shell_parent_ident) if hasattr(kernel, "_get_shell_context_var") else kernel._parent_ident["shell"])
            kernel.session.send(kernel.iopub_socket, "status", {"execution_state": "idle"}, parent=to, ident=b"x")
        """,
        "raise RuntimeError('this cell fails')",
        "lab.finish()",
        ends=("ran", *GONE),
    ),
    silent(
        "signed-nonsense",
        "Signs by hand what is no JSON, or lacks what every message has, or is a hundred thousand deep.",
        """
        import json

        kernel = get_ipython().kernel
        parent = json.dumps(kernel.get_parent("shell")["header"], default=str).encode()
        header = json.loads(parent) | {"msg_type": "stream"}
        good = json.dumps(header, default=str).encode()
        for parts in (
            (b"{}", b"{}", b"{}", b"{}"),
            (b"null", parent, b"{}", b"{}"),
            (b"[1]", b"[2]", b"[3]", b"[4]"),
            (b"not json", parent, b"{}", b"{}"),
            (good, b"5", b"{}", b"{}"),
            (good, parent, b"{}", b"[" * 100_000 + b"]" * 100_000),
            (good, parent, b"{}", b'{"text": ' + b"9" * 10_000 + b"}"),
            (good, parent, b"{}", bytes([255, 254, 253])),
            (good, parent, b"{}", b'{"name": "stdout", "text": "\\\\ud800"}'),
            (json.dumps(header | {"date": "yesterday"}, default=str).encode(), parent, b"{}", b"{}"),
            (json.dumps(header | {"date": "9999-99-99T99:99:99Z"}, default=str).encode(), parent, b"{}", b"{}"),
            (json.dumps(header | {"msg_id": None, "msg_type": None}, default=str).encode(), parent, b"{}", b"{}"),
            (json.dumps({"msg_id": "x"}).encode(), parent, b"{}", b"{}"),
        ):
            signed = kernel.session.sign(list(parts))
            kernel.iopub_socket.send_multipart([b"x", b"<IDS|MSG>", signed, *parts])
        """,
        "lab.check()",
        ends=("ran", *GONE),
    ),
    silent(
        "big-buffers",
        "Sends a hundred megabytes beside each message, where no text is counted.",
        """
        kernel = get_ipython().kernel
        parent = kernel.get_parent("shell")
        block = bytearray(10**8)
        for number in range(60):
            kernel.session.send(kernel.iopub_socket, "comm_msg", {"comm_id": "x", "data": {}}, parent=parent, buffers=[block])
        """,
        ends=("ran", *GONE),
        harms="it takes memory of whoever keeps the messages",
    ),
)
