"""The honest learner who is graded after each attack: cheap, with some points, and observant."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

from tools.evening.attacks.escaping import MARK
from tools.evening.pages import page

LAB = "iam-leaked-key"
SOURCES = (
    """
    import re
    from simulator import Lab

    lab = Lab("iam-leaked-key")
    (history,) = (text for name, text in lab.files().items() if "git-log" in name)
    lab.submit(key=re.search("AKIA[A-Z2-7]{16}", history)[0])
    """,
    f"""
    import builtins
    import os
    from pathlib import Path

    assert not hasattr(builtins, "{MARK.replace("-", "_")}"), "somebody's file was run"
    left = [
        each
        for folder in {{Path.cwd(), Path.home(), Path("/tmp"), Path("/dev/shm")}}
        for each in folder.rglob("*")
        if each.is_file() and not each.is_relative_to(Path.home() / ".local/share/jupyter")
        and ".ipython" not in each.parts and ".cache" not in each.parts and "matplotlib" not in str(each)
    ]
    assert not left, left
    """,
    """
    running = [int(each) for each in os.listdir("/proc") if each.isdigit()]
    assert len(running) <= 2, running
    """,
    """
    import boto3

    assert boto3.client("sts").get_caller_identity()["Account"] == lab.account_id
    lab.check("detect")
    """,
)


def canary() -> dict[str, Any]:
    """Its notebook: every cell passes where nothing of anybody else's is to be seen."""
    return page([dedent(each).strip() for each in SOURCES])
