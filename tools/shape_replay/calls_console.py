"""Signing in to the console."""

from __future__ import annotations

from tools.shape_replay.stage import Stage
from tools.shape_replay.table import replays

_PASSWORD = "Correct-horse-1"


@replays("signin", "ConsoleLogin")
def console_login(stage: Stage) -> None:
    iam = stage.prepare("iam")
    iam.create_user(UserName="ann")
    iam.create_login_profile(UserName="ann", Password=_PASSWORD)
    stage.browse("ann", _PASSWORD)
