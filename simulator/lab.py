"""What a notebook imports: a drill, its evidence, its grade."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload
from urllib.parse import urlsplit

from simulator.errors import BadSubmission, CannotServe, DrillError
from simulator.notebook import embedded, guard
from simulator.notebook.client import Client
from simulator.notebook.page import Page
from simulator.notebook.token import own_token
from simulator.roster import seed_of
from simulator.widgets.checkpoints import Checkpoints, Kept, Restored
from simulator.widgets.detected import Detected
from simulator.widgets.pages import Briefing, Hint, Note
from simulator.widgets.probe import Probe
from simulator.widgets.report import Report
from simulator.widgets.results import Results
from simulator.widgets.watch import Adversary, Continuity
from simulator.widgets.why import Why, call_id

if TYPE_CHECKING:
    import pandas as pd

_embedded: dict[str, embedded.Embedded] = {}
"""Simulators that this process started, by scenario."""


class Unsolved(DrillError, AssertionError):
    """The lab is not solved: what nbval sees in the last cell."""


class Lab:
    """One scenario in its own simulated account.

    With DRILL_URL (and DRILL_TOKEN) in the environment it is served from there, else by a
    simulator that this process starts for itself. Making the same Lab again finds it as it is.
    A notebook that `drill assign` made for you, or DRILL_LEARNER, says whose the account is.
    `boto3.client("s3")` and the AWS CLI reach the account of the Lab that was made, or reset, last.

    Raises:
        UnknownScenario: no scenario of that id.
        CannotServe: the simulator could not be started or reached.
    """

    def __init__(self, scenario_id: str) -> None:
        url = os.environ.get("DRILL_URL", "").strip()
        self._client = _served(url, scenario_id) if url else _running(scenario_id).client
        self._about = self._client.get("/lab")
        self._said_endpoint = _seen_from_here(self._about["endpoint"], self._client.url)
        self._protect()

    def __repr__(self) -> str:
        return f"<Lab {self._about['id']}: account {self.account_id}, {self.region}>"

    @property
    def account_id(self) -> str:
        """The simulated account's id, 12 digits."""
        return str(self._about["account_id"])

    @property
    def region(self) -> str:
        """The region that clients use by default."""
        return str(self._about["region"])

    @property
    def now(self) -> datetime:
        """The account's time, aware UTC."""
        return datetime.fromisoformat(self._client.get("/lab")["now"])

    def briefing(self) -> Briefing:
        """What happened, what is asked, and what must keep working."""
        return Briefing(self._about)

    def trail(self, *, days: float = 90) -> pd.DataFrame:
        """The account's management events as a pandas frame, oldest first.

        It is what LookupEvents returns: one row an event, `record` being the whole of it.

        Raises:
            MissingPackage: pandas is not installed.
        """
        from simulator.notebook.trail import trail

        return trail(self._aws("cloudtrail"), self.now, timedelta(days=days))

    def logs(
        self,
        kind: str,
        *,
        bucket: str | None = None,
        prefix: str | None = None,
        files: str | Path | Iterable[str | Path] | None = None,
    ) -> pd.DataFrame:
        """A log that AWS delivered to a bucket as a pandas frame, oldest line first.

        `kind` is cloudtrail, s3-access, alb, nlb, dns or vpc-flow. The account's settings say
        where it is, unless `bucket` does; `files`, a folder or paths, reads from disk. The files
        are read with your own credentials.

        Raises:
            DrillError: no such kind, or the account delivers no log of it now.
            MissingPackage: pandas is not installed.
        """
        from simulator.notebook.logs import logs

        return logs(kind, self._aws, bucket=bucket, prefix=prefix, files=files)

    def files(self) -> dict[str, str]:
        """Files that came with the case, by path."""
        return dict(self._about["files"])

    def unpack(self, folder: str | Path | None = None) -> Path:
        """Write the case's files into `folder`, a new temporary one by default, and return it.

        Raises:
            DrillError: a path would lead out of the folder.
        """
        into = Path(folder or tempfile.mkdtemp(prefix=f"{self._about['id']}-")).resolve()
        for name, text in self.files().items():
            path = (into / name).resolve()
            if not path.is_relative_to(into):
                raise DrillError(
                    f"The case's file {name!r} leads out of {into}: nothing of it was written."
                )
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return into

    def submit(self, **found: str | Iterable[str]) -> Note:
        """Hand in what you found. An answer given again replaces the earlier one.

        Raises:
            BadSubmission: an answer nobody asked for, or an event that doesn't exist. Nothing
                that was submitted before is lost.
        """
        plain = {name: _plain(name, value) for name, value in found.items()}
        kept = self._client.post("/lab/submit", {"answers": plain})["submitted"]
        given = [name for name in self._about["findings"] if kept.get(name)]
        missing = [name for name in self._about["findings"] if not kept.get(name)]
        said = [f"Submitted: {', '.join(given)}." if given else "Nothing is submitted yet."]
        said += [f"Still open: {', '.join(missing)}."] if missing and given else []
        return Note(" ".join(said))

    def check(self, phase: str | None = None) -> Results:
        """Judge the account as it is now: all checks, or those of one phase.

        A check that doesn't hold is part of the answer, not an error. The score is shown as a sum:
        what each phase's checks earned, less hints (the first one for a check is free), less a
        point for each begun hour in which something that the company depends on was out (at most
        5), less a point for each innocent who was ever accused (at most 3). A phase is done at the
        time, on the account's clock, of your last change before the first check that found it done.

        Raises:
            BadSubmission: no phase of that name.
        """
        return Results(self._client.post("/lab/check", {"phase": phase}))

    def hint(self, check: str | None = None) -> Hint:
        """The next hint: for a check, or for the first that doesn't hold, in a phase or in all.

        The first one for a check is free, each further one costs a point.
        """
        return Hint(self._client.post("/lab/hint", {"check": check}))

    def wait(self, **duration: float) -> Note:
        """Let the account's time pass, in timedelta's words: `wait(hours=1)`.

        Raises:
            DrillError: a word that timedelta doesn't know, or a time that nobody waits.
        """
        try:
            seconds = timedelta(**duration).total_seconds()
        except (TypeError, ValueError, OverflowError) as error:
            raise DrillError(
                f"wait takes timedelta's words, as in lab.wait(hours=1): {error}."
            ) from None
        answer = self._client.post("/lab/wait", {"seconds": seconds})
        now = datetime.fromisoformat(answer["now"])
        return Note(
            f"It is now {now:%A, %d %B %Y, %H:%M} UTC. Meanwhile {answer['calls']} API calls were made."
        )

    def visit(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: str = "",
    ) -> Page:
        """What a web server of the account answers, by its load balancer's DNS name.

        Raises:
            DrillError: nothing answers there.
        """
        asked = {"url": url, "method": method, "headers": dict(headers or {}), "body": body}
        answer = self._client.post("/lab/visit", asked)
        return Page(answer["status"], answer["headers"], answer["body"])

    def settings(self, system: str | None = None, **values: str) -> dict[str, dict[str, str]]:
        """Configuration of the company's systems outside AWS; with values, change one of them.

        Raises:
            BadSubmission: no system, or no setting, of that name.
        """
        if system is None or not values:
            current: dict[str, dict[str, str]] = self._client.get("/lab")["settings"]
            if system is None or system in current:
                return current if system is None else {system: current[system]}
        body = {"system": system, "values": values}
        changed: dict[str, dict[str, str]] = self._client.post("/lab/configure", body)["settings"]
        return changed

    def why(self, call: Any) -> Why:
        """Why a call was refused, or allowed: what it needed, and what each policy said.

        `call` is the ClientError that boto3 raised, a CloudTrail event, or the id of a request or
        an event. What is kept are the last 2,000 refusals and the last 500 other calls.

        Raises:
            BadSubmission: it names no call, or one that isn't kept.
        """
        return Why(self._client.post("/lab/why", {"call": call_id(call)}))

    def probe(
        self, source: str, destination: str, port: int = 0, protocol: str = "tcp", via: str = ""
    ) -> Probe:
        """Whether a packet would get there, and its answer back: a row for each hop, and a picture.

        Nothing is sent. `source` is the id of an instance or network interface, an address, or
        "internet"; with `via`, a virtual private gateway's id, an address of the company's own
        network. `destination` is an id, an address or a DNS name. `protocol` is tcp, udp, icmp
        (an echo request) or icmpv6.

        Raises:
            BadSubmission: a source, port or protocol that can't be.
        """
        asked = {"source": source, "destination": destination, "port": port}
        more = {"protocol": protocol, "via": via}
        return Probe(self._client.post("/lab/probe", asked | more))

    def detect(self, rule: str | Path | Callable[[dict[str, Any]], Any]) -> Detected:
        """What a detection rule finds in the account's logs, and how it does where nobody has looked.

        `rule` is a path to a Sigma (.yml) or Python (.py) file, Sigma as text, or a function that is
        given an event and says whether it matches. The score is from worlds of this scenario that
        have other names, addresses and courses: recall, false alerts on near misses, and how much is
        left where fields are missing or written otherwise.

        Raises:
            DrillError: a rule that can't be used; file, line and what to do are said.
        """
        from simulator.notebook.detect import detect

        return detect(self._client, rule)

    def adversary(self) -> Adversary:
        """What the adversary, which keeps coming back, has tried since you arrived, and what worked."""
        return Adversary(self._client.post("/lab/adversary", {}))

    def continuity(self) -> Continuity:
        """Whether the company's workloads have run since you arrived, and how long they did not."""
        return Continuity(self._client.post("/lab/continuity", {}))

    @overload
    def checkpoint(self) -> Checkpoints: ...

    @overload
    def checkpoint(self, name: str) -> Kept: ...

    def checkpoint(self, name: str | None = None) -> Kept | Checkpoints:
        """Keep this moment of the lab under a name; without one, list those that are kept.

        Account, clock, submissions, adversary and company are kept. At most ten moments are; one
        of the same name is replaced.

        Raises:
            BadSubmission: a name that can't be, or an eleventh one.
        """
        if name is None:
            return Checkpoints(self._client.post("/lab/checkpoints", {}))
        return Kept(self._client.post("/lab/checkpoint", {"name": name}))

    def restore(self, name: str) -> Restored:
        """Go back to a checkpoint, as often as you like, and compare it with the way that you leave.

        The way that you leave is kept as "before-restore". Hints that you took, and wrong
        accusations that you made, are not taken back. What you made since the checkpoint, keys and
        sessions included, is gone.

        Raises:
            BadSubmission: no checkpoint of that name.
        """
        return Restored(self._client.post("/lab/restore", {"name": name}))

    def reset(self) -> Note:
        """Begin again: account, submissions and hints as at the start, and no checkpoints."""
        self._about |= self._client.post("/lab/reset", {})
        self._protect()
        return Note("Everything is as it was at the start.")

    def report(self, save: str | Path | None = None) -> Report:
        """The after-action report: timeline, blast radius, what worked when, verdicts, post-mortem.

        `save="report"` writes report.html and report.md, its pictures beside; a folder takes them
        as well. Files of these names are replaced.
        """
        report = Report(self._client.post("/lab/report", {}))
        if save is not None:
            report.save(save)
        return report

    def finish(self) -> Results:
        """The last cell: fails when the lab is not solved.

        Raises:
            Unsolved: some check does not hold; the message lists them.
        """
        results = self.check()
        if not results.solved:
            open_ = sum(check["verdict"] != "PASSED" for check in results.checks)
            raise Unsolved(
                f"checks that don't hold yet: {open_} of {len(results.checks)}.\n{results}"
            )
        return results

    def panel(self) -> Any:
        """Buttons for check, hint, wait and report, as an ipywidget.

        Raises:
            MissingPackage: ipywidgets is not installed. The methods work without it.
        """
        from simulator.widgets.panel import panel

        return panel(self)

    def _aws(self, service: str) -> Any:
        """A boto3 client with the learner's credentials, whatever the environment says."""
        import boto3

        keys = self._about["credentials"]
        return boto3.client(
            service,
            region_name=self.region,
            endpoint_url=self.endpoint,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
        )

    def _protect(self) -> None:
        keys = self._about["credentials"]
        self.endpoint = guard.protect(self._said_endpoint, self.region, keys, self._client.url)


def _served(url: str, scenario_id: str) -> Client:
    """The drill at a simulator that somebody else started."""
    advice = (
        "DRILL_URL names it: check that `drill serve` runs there and that this is its control URL."
    )
    learner = own_token()
    starter = Client(url, os.environ.get("DRILL_TOKEN", "").strip() or learner, advice)
    seat = starter.post("/labs", {"scenario": scenario_id, "learner": learner})
    if "lab" not in seat:
        raise CannotServe(f"What answers at {url} is no simulator. {advice}")
    return Client(url, seat["lab"], advice)


def _running(scenario_id: str) -> embedded.Embedded:
    child = _embedded.get(scenario_id)
    if child is None or not child.alive:
        token = "" if os.environ.get("DRILL_SEED") else own_token()
        seed = seed_of(token) if token else None
        child = _embedded[scenario_id] = embedded.start(scenario_id, seed)
    return child


def _seen_from_here(endpoint: str, control: str) -> str:
    """A server in a container calls itself 127.0.0.1; from here it is where its control API is."""
    said, used = urlsplit(endpoint), urlsplit(control)
    if said.hostname != "127.0.0.1" or used.hostname in {None, "127.0.0.1", "localhost", "::1"}:
        return endpoint
    return said._replace(netloc=f"{used.hostname}:{said.port}").geturl()


def _plain(name: str, value: Any) -> str | list[Any]:
    if isinstance(value, str):
        return value
    try:
        values = list(value)
    except TypeError:
        values = [value]
    for each in values:
        if not isinstance(each, str):
            raise BadSubmission(
                f"{name!r} takes a text or a list of texts, not {type(each).__name__}."
            )
    return values


__all__ = ["DrillError", "Lab", "Unsolved"]
