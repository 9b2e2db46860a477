"""A worker's process: jobs come over a channel, results go back, and it ends with the channel."""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from simulator.errors import DrillError
from simulator.grading.channel import Channel, Closed
from simulator.grading.job import Job, Limits
from simulator.grading.workplace import Workplace


def main(descriptor: int, unsafe: bool, door: Path | None = None) -> None:
    """Grade what comes, until nobody is there any more: not even half a submission longer.

    Accounts come from the hall at `door`, or from one of its own.
    """
    foreman = Channel(socket.socket(fileno=descriptor))
    os.register_at_fork(after_in_child=foreman.close)

    def watch() -> None:
        if foreman.over:
            raise Closed

    def slow(slow: bool) -> None:
        foreman.send({"slow": slow})

    try:
        with Workplace(unsafe=unsafe, watch=watch, slow=slow, door=door) as place:
            foreman.send({"ready": os.getpid(), "folders": [str(each) for each in place.folders]})
            while True:
                result = place.grade(job_of(foreman.receive()))
                foreman.send(result.as_json())
    except Closed:
        return
    except DrillError as error:
        foreman.send({"problem": str(error)})


def job_of(told: dict[str, Any]) -> Job:
    """The job that `asdict` made this of."""
    return Job(**{**told, "limits": Limits(**told["limits"])})


def told(job: Job) -> dict[str, Any]:
    """A job as it is sent."""
    return asdict(job)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] == "unsafe", *map(Path, sys.argv[3:]))
