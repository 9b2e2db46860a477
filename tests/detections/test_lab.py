"""`lab.detect`: rules on the account's own logs, and scores without labels or seeds in the notebook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from werkzeug.test import Client as Web

from simulator.admission import Admission
from simulator.classroom import Classroom, Seat
from simulator.control import Control
from simulator.detections import views
from simulator.detections.scored import Truth
from simulator.errors import DrillError
from simulator.notebook.client import Client
from simulator.notebook.detect import detect

HEAD = "title: A rule\nlogsource: {product: aws, service: cloudtrail}\n"
MADE = HEAD + "detection: {s: {eventName: CreateUser}, condition: s}\n"


@pytest.fixture(scope="module")
def seat() -> Iterator[tuple[Seat, Classroom]]:
    classroom = Classroom()
    taken = classroom.start("s3-public-pii", "ann", seed=5)
    yield taken, classroom
    taken.drill.close()


class Notebook:
    """A notebook's side of the control API, without HTTP. `sent` is what the simulator answered."""

    def __init__(self, seat: Seat, classroom: Classroom) -> None:
        self._web = Web(Control(classroom, "http://127.0.0.1:4598", Admission("a", "b")))
        self._token, self.sent = seat.token, []

    sent: list[dict[str, Any]]

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}"}
        answer = self._web.post(path, data=json.dumps(body), headers=headers)
        told: dict[str, Any] = json.loads(answer.get_data())
        if answer.status_code != 200:
            raise DrillError(told["message"])
        self.sent.append(told)
        return told

    def detect(self, rule: Any) -> Any:
        return detect(cast(Client, self), rule)


@pytest.fixture
def notebook(seat: tuple[Seat, Classroom]) -> Notebook:
    return Notebook(*seat)


def test_a_sigma_rule_is_run_by_the_simulator(
    notebook: Notebook, seat: tuple[Seat, Classroom]
) -> None:
    told = notebook.detect(MADE)
    made = [
        record["eventID"]
        for record in seat[0].drill.account.records
        if record["eventName"] == "CreateUser"
    ]
    assert [each["events"] for each in told.findings] == [[each] for each in made]
    assert told.score["score"] == 0
    assert "**A rule**" in str(told)
    assert "events" not in notebook.sent[0]


def test_a_python_rule_finds_and_scores_what_the_same_sigma_rule_does(notebook: Notebook) -> None:
    text = HEAD + "detection: {s: {eventName: PutBucketPolicy}, condition: s}\n"
    by_sigma = notebook.detect(text)
    by_python = notebook.detect(lambda event: event["eventName"] == "PutBucketPolicy")
    assert [each["events"] for each in by_python.findings] == [
        each["events"] for each in by_sigma.findings
    ]
    assert by_python.score == by_sigma.score
    assert by_python.score["variants"]


def test_files_are_taken_as_well(notebook: Notebook, tmp_path: Path) -> None:
    (tmp_path / "made.yml").write_text(MADE)
    (tmp_path / "made.py").write_text(
        "def rule(event):\n    return event['eventName'] == 'CreateUser'\n"
        "CASES = [{'name': 'none', 'expected': True, 'event': {'eventName': 'x'}}]\n"
    )
    by_sigma, by_python = (notebook.detect(tmp_path / f"made.{end}") for end in ("yml", "py"))
    assert len(by_sigma.findings) == len(by_python.findings) > 0
    assert "none: must match, and does not" in str(by_python)


def test_what_is_handed_out_tells_neither_labels_nor_seeds(
    notebook: Notebook, seat: tuple[Seat, Classroom]
) -> None:
    """A notebook sees records as CloudTrail writes them, in an order that says nothing."""
    given = notebook.post("/lab/detect", {})
    assert set(given) == {"events", "unseen"}
    drill, classroom = seat[0].drill, seat[1]
    exercise = classroom.unseen.of(drill.play, classroom.gateway, drill.world.secret)
    known = {str(field) for record in drill.account.records for field in record}
    assert {field for world in given["unseen"] for event in world for field in event} <= known
    assert given["unseen"] == exercise.worlds
    for world in given["unseen"]:
        assert [e["eventTime"] for e in world] != sorted(e["eventTime"] for e in world)
    first = len(given["unseen"][0])
    places = [p for p, each in enumerate(exercise.known[:first]) if each.truth is Truth.EVIDENCE]
    assert max(places) - min(places) > len(places)
    assert drill.account.id not in json.dumps(given["unseen"])


def test_a_score_names_only_the_ways_of_attack_that_the_rule_sees(notebook: Notebook) -> None:
    notebook.detect(lambda event: event["eventName"] == "PutBucketPolicy")
    score = notebook.sent[-1]["score"]
    assert set(notebook.sent[-1]) == {"score"}
    assert score["not_covered"] > 0
    assert all(each["caught"] for each in score["variants"].values())
    assert "seed" not in json.dumps(score)


@pytest.mark.parametrize(
    "alerts",
    [
        {"no such view": []},
        {views.PLAIN: [10**6]},
        {views.PLAIN: [-1]},
        {views.PLAIN: [[0, 1]]},
        {views.PLAIN: [True]},
        {views.PLAIN: ["0"]},
        {views.PLAIN: 3},
    ],
)
def test_alerts_that_cannot_be_are_refused(notebook: Notebook, alerts: dict[str, Any]) -> None:
    with pytest.raises(DrillError, match="lert"):
        notebook.post("/lab/detect", {"alerts": alerts})


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("title: x\n  bad: [", "line 2: not YAML"),
        (MADE + "---\n" + MADE.replace("A rule", "Another"), "One rule at a time"),
        ("missing.yml", "is no rule"),
        ("rule.txt", "is no rule"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused(notebook: Notebook, rule: str, said: str) -> None:
    with pytest.raises(DrillError, match=said):
        notebook.detect(rule)


def test_nothing_changes_in_the_account(notebook: Notebook, seat: tuple[Seat, Classroom]) -> None:
    drill = seat[0].drill
    before = len(drill.account.records), len(drill.journal)
    notebook.detect(MADE)
    notebook.detect(lambda event: True)
    assert (len(drill.account.records), len(drill.journal)) == before


def test_data_events_are_there_only_where_a_trail_logs_them(cloud: Any) -> None:
    from simulator.detections import own

    s3 = cloud.client("s3", cloud.user("ann", cloud.statement("s3:*")))
    s3.create_bucket(Bucket="acme-exports")
    s3.put_object(Bucket="acme-exports", Key="a", Body=b"a")
    names = [event["eventName"] for event in own.events(cloud.account)]
    assert "CreateBucket" in names
    assert "PutObject" not in names
