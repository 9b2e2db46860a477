"""What a learner may ask of a drill: everything behind `Lab`, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError

from simulator.account.clock import real_now
from simulator.account.why import why
from simulator.checkpoints import keep, listed, restore
from simulator.classroom import Classroom, Seat
from simulator.detections.asked import asked
from simulator.errors import BadSubmission, DrillError, did_you_mean
from simulator.grading.checked import follow
from simulator.grading.judge import judge
from simulator.grading.standing import Standing, holding, tally, times, worth
from simulator.grading.stood import stand_at_this_moment, still_standing
from simulator.grading.verdict import Verdict
from simulator.hints import cost, read, take
from simulator.network.message import WebRequest
from simulator.network.packet import Packet
from simulator.network.probe import probe
from simulator.report.case import told
from simulator.scenario import Phase
from simulator.submission import hand_in

_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
LONGEST_WAIT = timedelta(days=30)


class Desk:
    """One seat's requests. Every method takes and returns JSON-ready data."""

    def __init__(self, classroom: Classroom, seat: Seat) -> None:
        self._classroom, self._seat = classroom, seat

    def about(self) -> dict[str, Any]:
        """The scenario, the account and the learner's credentials."""
        drill, scenario = self._seat.drill, self._seat.drill.play.scenario
        return {
            "id": drill.play.id,
            "title": scenario.title,
            "pillar": scenario.pillar,
            "severity": scenario.severity,
            "difficulty": scenario.difficulty,
            "minutes": scenario.minutes,
            "attack": list(scenario.attack),
            "controls": list(scenario.controls),
            "fidelity": scenario.fidelity,
            "points": drill.play.points,
            "findings": dict(scenario.findings),
            "briefing": drill.render(drill.play.text("briefing.md")),
            "account_id": drill.account.id,
            "region": drill.account.region,
            "credentials": {
                "AccessKeyId": drill.learner.access_key_id,
                "SecretAccessKey": drill.learner.secret_access_key,
            },
            "learner": drill.learner.arn,
            "now": self._now(),
            "submitted": dict(drill.submission),
            "settings": drill.visible_settings(),
            "files": drill.files(),
        }

    def submit(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Keep what the learner found; an answer given again replaces the earlier one."""
        drill = self._seat.drill
        hand_in(drill, answers)
        return {"submitted": dict(drill.submission), "now": self._now()}

    def check(self, phase: str | None = None) -> dict[str, Any]:
        """Every check judged, and the score as a sum; or one phase's, and what they earned."""
        drill, wanted = self._seat.drill, _phase(phase)
        standing = stand_at_this_moment(drill, wanted)
        if standing.reached != drill.reached:
            done = {str(each): when.isoformat() for each, when in standing.reached.items()}
            with still_standing(drill):
                self._seat.keep("reach", {"phases": done}, lambda: self.reach(done))
        self._note(standing)
        judgements = [each for each in standing.judgements if wanted in {None, each.phase}]
        return {
            "checks": [judgement.explained() for judgement in judgements],
            **tally(drill, standing, wanted).explained(),
            "hint_cost": cost(drill.hints, (judgement.name for judgement in judgements)),
            "times": times(drill, standing, wanted),
            "now": self._now(),
        }

    def reach(self, phases: Mapping[str, str]) -> None:
        """Keep what a check found newly done, or open again. Nobody can ask for it."""
        done = {Phase(each): datetime.fromisoformat(when) for each, when in phases.items()}
        self._seat.drill.reached = done

    def _note(self, standing: Standing) -> None:
        drill = self._seat.drill
        held = holding(drill, standing)
        score = worth(drill, standing, held)
        known = (drill.checked.points, drill.checked.passed) if drill.checked else (0, ())
        if (score, tuple(held)) == known:
            self.found(score, held)
        else:
            kept = {"points": score, "passed": held}
            with still_standing(drill):
                self._seat.keep("found", kept, lambda: self.found(score, held))

    def found(self, points: int, passed: Sequence[str]) -> None:
        """Keep what a check found; it is written down where it is news. Nobody can ask for it."""
        self._seat.drill.checked = follow(self._seat.drill.checked, real_now(), points, passed)

    def checkpoint(self, name: str) -> dict[str, Any]:
        """Keep this moment of the lab under a name."""
        return keep(self._seat.drill, name) | {"now": self._now()}

    def checkpoints(self) -> dict[str, Any]:
        """The moments that are kept."""
        return listed(self._seat.drill) | {"now": self._now()}

    def restore(self, name: str) -> dict[str, Any]:
        """Go back to a moment; the one that is left is kept, and compared with it."""
        return restore(self._seat.drill, name) | {"now": self._now()}

    def hint(self, check: str | None = None) -> dict[str, Any]:
        """The next hint for a check, or for the first one, in a phase or in all, that doesn't hold."""
        drill = self._seat.drill
        if check is None or check in list(Phase):
            missing = [
                each.name
                for each in judge(drill, _phase(check))
                if each.verdict is not Verdict.PASSED
            ]
            if not missing:
                said = f"Every check{' of this phase' if check else ''} holds already."
                return {"check": None, "hint": said, "cost": 0, "left": 0}
            check = missing[0]
        taken = take(read(drill.play.text("hints.md")), check, drill.hints)
        return taken | {"hint": drill.render(taken["hint"])}

    def why(self, call: str) -> dict[str, Any]:
        """What the policies said of a call, given its request id or CloudTrail event id."""
        return why(self._seat.drill.world, call)

    def probe(
        self, source: str, destination: str, port: float = 0, protocol: str = "tcp", via: str = ""
    ) -> dict[str, Any]:
        """What would become of a packet in the account's network as it is now."""
        drill = self._seat.drill
        if not float(port).is_integer():
            raise BadSubmission(f"A port is a whole number, not {port}.")
        now = drill.world.clock.now().timestamp()
        packet = Packet(source, destination, int(port), protocol, time=now, via=via)
        with drill.gateway.turn(drill.world):
            return probe(drill.account, packet)

    def wait(self, seconds: float) -> dict[str, Any]:
        """Let simulated time pass."""
        if not 0 <= seconds <= LONGEST_WAIT.total_seconds():
            raise DrillError(f"Wait between nothing and {LONGEST_WAIT.days} days; got {seconds} s.")
        seen = len(self._seat.drill.account.records)
        self._seat.drill.wait(timedelta(seconds=seconds))
        return {"now": self._now(), "calls": len(self._seat.drill.account.records) - seen}

    def visit(
        self,
        url: str,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: str = "",
    ) -> dict[str, Any]:
        """What a web server of the account answers the learner's browser."""
        drill = self._seat.drill
        if not url.startswith(("http://", "https://")):
            raise DrillError(f"Give the whole address, as in http://name/path, not {url!r}.")
        given = {str(name): str(value) for name, value in (headers or {}).items()}
        request = WebRequest(url, drill.desk_address, method.upper(), given, body, _BROWSER)
        try:
            reply = drill.visit(request)
        except (BotoCoreError, ValueError) as error:
            raise DrillError(f"Nothing answers at {url}: {error}.") from error
        return {
            "status": reply.status,
            "headers": dict(reply.headers),
            "body": reply.body,
            "now": self._now(),
        }

    def configure(self, system: str, values: Mapping[str, str]) -> dict[str, Any]:
        """Change what a system outside AWS is configured with."""
        drill = self._seat.drill
        if system not in drill.world.settings:
            known = sorted(drill.world.settings)
            raise BadSubmission(
                f"There is no system {system!r} here; there is {', '.join(known) or 'none'}."
                f"{did_you_mean(system, known)}"
            )
        page = drill.world.settings[system]
        for key in values:
            if key not in page:
                raise BadSubmission(
                    f"{system!r} has no setting {key!r}; it has {', '.join(page)}.{did_you_mean(key, page)}"
                )
        texts = {key: "" if value is None else str(value) for key, value in values.items()}
        drill.world.settings[system] = page | texts
        drill.deeds.append((drill.now(), "configured", system))
        return {"settings": drill.visible_settings(), "now": self._now()}

    def adversary(self) -> dict[str, Any]:
        """What the adversary has tried since the learner's arrival, and what still worked."""
        drill = self._seat.drill
        return {**drill.adversary.told(), "since": drill.started.isoformat(timespec="seconds")}

    def continuity(self) -> dict[str, Any]:
        """The runs of every workload since the learner's arrival, and the outages."""
        drill = self._seat.drill
        since = drill.started.isoformat(timespec="seconds")
        return {**drill.company.told(drill.world.clock.now()), "since": since, "now": self._now()}

    def detect(
        self, rule: str | None = None, alerts: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """A detection rule on the account's events, and its score on worlds that nobody has seen."""
        drill = self._seat.drill
        unseen = self._classroom.unseen
        exercise = unseen.of(drill.play, self._classroom.gateway, drill.world.secret)
        return asked(drill, exercise, rule, alerts)

    def report(self) -> dict[str, Any]:
        """The after-action report: case, timeline, blast radius, what worked when, verdicts."""
        checked = self.check()
        return {**self._case(), **told(self._seat.drill, checked), "check": checked}

    def _case(self) -> dict[str, Any]:
        kept = (
            "id",
            "title",
            "severity",
            "account_id",
            "region",
            "learner",
            "findings",
            "submitted",
        )
        about = self.about()
        return {name: about[name] for name in kept}

    def reset(self) -> dict[str, Any]:
        """Everything from the beginning: account, submissions, hints."""
        self._classroom.reset(self._seat)
        return self.about()

    def _now(self) -> str:
        return self._seat.drill.world.clock.now().isoformat(timespec="seconds")


def _phase(name: str | None) -> Phase | None:
    if name is None:
        return None
    try:
        return Phase(name.lower())
    except ValueError:
        known = [phase.value for phase in Phase]
        raise BadSubmission(
            f"There is no phase {name!r}; there is {', '.join(known)}.{did_you_mean(name, known)}"
        ) from None
