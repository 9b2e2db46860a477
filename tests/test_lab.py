"""What a notebook imports, as a notebook uses it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

Kernels = Callable[..., Any]


@pytest.fixture(scope="module")
def own(kernels: Kernels) -> Any:
    """A kernel with a Lab on a simulator of its own, without the packages that may be missing."""
    kernel = kernels()
    kernel.run("""
    import sys
    for missing in ("pandas", "ipywidgets", "markdown_it"):
        sys.modules[missing] = None
    from simulator import Lab
    lab = Lab("iam-leaked-key")""")
    return kernel


@contextmanager
def saying(files: Mapping[str, str]) -> Iterator[str]:
    """A server that plays simulator, with files of its own choice; its URL."""
    about: dict[str, Any] = {
        "lab": "seat",
        "id": "case",
        "account_id": "111122223333",
        "region": "us-east-1",
        "credentials": {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "secret"},
        "files": files,
    }

    class Same(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = json.dumps(about).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815 - the name is the standard library's

        def log_message(self, *_: Any) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Same) as server:
        about["endpoint"] = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield about["endpoint"]
        finally:
            server.shutdown()
            thread.join()


def test_a_lab_says_which_account_it_is(learner: Any) -> None:
    shown, account, region, aware = learner.run(
        "[repr(lab), lab.account_id, lab.region, lab.now.utcoffset() is not None]"
    )
    assert shown == f"<Lab iam-leaked-key: account {account}, {region}>"
    assert account.isdigit()
    assert len(account) == 12
    assert aware


def test_the_briefing_holds_the_case_and_no_placeholder(learner: Any) -> None:
    said = learner.run("str(lab.briefing())")
    assert learner.run("lab.account_id") in said
    assert "${" not in said


def test_the_trail_is_a_frame_of_the_past_days_oldest_first(learner: Any) -> None:
    length, in_order, last_hour = learner.run("""
    frame = lab.trail()
    hour = lab.trail(days=1 / 24)
    [len(frame), frame["time"].is_monotonic_increasing, len(hour)]""")
    assert length > 100
    assert in_order
    assert last_hour < length


def test_delivered_logs_are_a_frame(learner: Any) -> None:
    """Read with the learner's own credentials, from where the account's settings say."""
    first, rows, columns = learner.run("""
    import boto3, json
    s3 = boto3.client("s3")
    for bucket in ("lab-data", "lab-access"):
        s3.create_bucket(Bucket=bucket)
    allowed = {"Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"},
               "Action": "s3:PutObject", "Resource": "arn:aws:s3:::lab-access/*"}
    s3.put_bucket_policy(Bucket="lab-access", Policy=json.dumps({"Statement": [allowed]}))
    target = {"TargetBucket": "lab-access", "TargetPrefix": "data/"}
    s3.put_bucket_logging(Bucket="lab-data", BucketLoggingStatus={"LoggingEnabled": target})
    s3.put_object(Bucket="lab-data", Key="k", Body=b"1")
    before = len(lab.logs("s3-access", bucket="lab-access"))
    lab.wait(hours=3)
    frame = lab.logs("s3-access")
    last = frame.iloc[-1]
    row = [last["operation"], last["key"], int(last["http_status"])]
    [before, row, list(frame.columns)]""")
    assert first == 0
    assert rows == ["REST.PUT.OBJECT", "k", 200]
    assert "signature_version" in columns
    assert "s3-access" in learner.refused("lab.logs('s3-acess')")
    assert "bucket=" in learner.refused("lab.logs('alb')")


def test_a_visit_shows_what_a_load_balancer_answers(learner: Any) -> None:
    assert learner.run("""
    ec2, elb = boto3.client("ec2"), boto3.client("elbv2")
    subnets = [each["SubnetId"] for each in ec2.describe_subnets()["Subnets"]][:2]
    group = ec2.create_security_group(GroupName="lab-web", Description="web")["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group, IpProtocol="tcp", FromPort=80, ToPort=80, CidrIp="0.0.0.0/0")
    made = elb.create_load_balancer(
        Name="lab-web", Subnets=subnets, SecurityGroups=[group])["LoadBalancers"][0]
    fixed = {"StatusCode": "418", "MessageBody": "short and stout", "ContentType": "text/plain"}
    elb.create_listener(LoadBalancerArn=made["LoadBalancerArn"], Port=80, Protocol="HTTP",
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": fixed}])
    page = lab.visit(f"http://{made['DNSName']}/tea")
    [page.status, page.ok, page.text, page.headers["Content-Type"]]""") == [
        418,
        False,
        "short and stout",
        "text/plain",
    ]
    assert "Nothing answers" in learner.refused("lab.visit('http://nowhere.example.net/')")


def test_a_wrong_answer_is_refused_in_words_and_loses_nothing(learner: Any) -> None:
    assert learner.run("lab.reset(); str(lab.submit())") == "Nothing is submitted yet."
    first = learner.run("str(lab.submit(key='AKIAIOSFODNN7EXAMPLE'))")
    assert first == "Submitted: key. Still open: principals, taken, people, evidence."
    for call, said in {
        "lab.submit(kee='x', principals='y')": "'kee' is not asked for; submit key, principals",
        "lab.submit(evidence=['no-such-event'])": "No event of this account has the id",
        "lab.submit(principals=7)": "'principals' takes a text or a list of texts, not int.",
        "lab.submit(principals=None)": "'principals' takes a text or a list of texts, not NoneType.",
        "lab.submit(evidence=lab.trail()['time'])": "'evidence' takes a text or a list of texts, not Timestamp.",
        "lab.submit(key=b'AKIA')": "'key' takes a text or a list of texts, not int.",
    }.items():
        assert learner.refused(call).startswith(f"BadSubmission: {said}")
    kept = learner.run("lab._client.get('/lab')['submitted']")
    assert kept == {"key": "AKIAIOSFODNN7EXAMPLE"}


def test_a_column_of_the_trail_can_be_submitted_as_it_is(learner: Any) -> None:
    said = learner.run("""
    ids = lab.trail()["event_id"]
    [str(lab.submit(evidence=ids.head(2))), str(lab.submit(evidence=ids.unique()[:3]))]""")
    assert said[0] == said[1]
    assert "evidence" in said[0]
    kept = learner.run("lab._client.get('/lab')['submitted']['evidence'] == list(ids[:3])")
    assert kept, "the later answer replaces the earlier one"


def test_a_check_answers_and_does_not_raise(learner: Any) -> None:
    verdicts, solved, shown = learner.run(
        "r = lab.check(); [[c['verdict'] for c in r.checks], r.solved, str(r)]"
    )
    assert set(verdicts) <= {"FAILED", "NOT_ATTEMPTED"}
    assert not solved
    assert shown.splitlines()[0] == "DETECT"


def test_a_check_can_be_of_one_phase(learner: Any) -> None:
    assert learner.run("{c['phase'] for c in lab.check('contain').checks} == {'contain'}")
    assert learner.run("{c['phase'] for c in lab.check('Contain').checks} == {'contain'}")
    said = learner.refused("lab.check('contian')")
    assert said.startswith("BadSubmission: There is no phase 'contian'")
    assert "Did you mean 'contain'?" in said


def test_hints_come_one_after_the_other(learner: Any) -> None:
    one, two = learner.run("[str(lab.hint('stolen_key_is_dead')) for _ in range(2)]")
    assert one.startswith("**Hint for `stolen_key_is_dead`.**")
    assert "It cost" not in one
    assert "It cost" in two
    said = learner.refused("lab.hint('stolen_kee_is_dead')")
    assert "Did you mean 'stolen_key_is_dead'?" in said


def test_waiting_moves_the_accounts_time_and_others_go_on(learner: Any) -> None:
    hours, said = learner.run("""
    before = lab.now
    said = str(lab.wait(hours=1))
    [(lab.now - before).total_seconds() / 3600, said]""")
    assert 1 <= hours < 1.1
    assert said.startswith("It is now ")
    assert said.endswith(" API calls were made.")
    assert learner.run("str(lab.wait())").endswith("Meanwhile 0 API calls were made.")


@pytest.mark.parametrize("time", ["hour=1", "hours='one'", "days=31", "seconds=-1", "days=1e300"])
def test_a_time_that_nobody_waits_is_refused_in_words(learner: Any, time: str) -> None:
    said = learner.refused(f"lab.wait({time})")
    assert said.startswith(("DrillError: wait takes timedelta's words", "DrillError: Wait between"))


def test_a_probe_shows_where_a_packet_is_stopped(learner: Any) -> None:
    learner.run("found = lab.probe('internet', '198.51.100.9', 443)")
    assert learner.run("[found.delivered, found.answered]") == [False, False]
    assert learner.run("found.frame()['what'].tolist()") == ["internet"]
    assert learner.run("'<svg' in found._repr_html_()")
    said = learner.refused("lab.probe('i-0', '198.51.100.9', 443)")
    assert said.startswith("BadSubmission: No packet can come from 'i-0'")


def test_settings_are_shown_without_secrets_and_changed_by_name(learner: Any) -> None:
    before = learner.run("lab.settings()")
    assert before["ci"]["secret_access_key"] == "********"
    assert learner.run("lab.settings('ci')") == before
    changed = learner.run("lab.settings('ci', role_to_assume='arn:aws:iam::111122223333:role/x')")
    assert changed["ci"] == before["ci"] | {"role_to_assume": "arn:aws:iam::111122223333:role/x"}
    assert learner.run("lab.settings()") == changed
    assert "no system 'cj'" in learner.refused("lab.settings('cj', subject='x')")
    assert "no system 'cj'" in learner.refused("lab.settings('cj')")
    assert "no setting 'role'" in learner.refused("lab.settings('ci', role='x')")


def test_the_cases_files_are_unpacked_where_one_asks(learner: Any, tmp_path: Path) -> None:
    files = learner.run("lab.files()")
    into = learner.run(f"lab.unpack({str(tmp_path / 'case')!r})")
    assert into == str(tmp_path / "case")
    found = {
        str(path.relative_to(into)): path.read_text(encoding="utf-8")
        for path in Path(into).rglob("*")
        if path.is_file()
    }
    assert found == files
    assert found
    once, again = learner.run("[str(lab.unpack()) for _ in range(2)]")
    assert once != again
    assert Path(once).name.startswith("iam-leaked-key-")


@pytest.mark.parametrize("name", ["../outside", "/{tmp}/outside", "a/../../outside"])
def test_a_file_that_leads_out_of_the_folder_is_not_written(
    kernels: Kernels, tmp_path: Path, name: str
) -> None:
    name = name.format(tmp=tmp_path)
    with saying({name: "text"}) as url:
        kernel = kernels(DRILL_URL=url)
        kernel.run("from simulator import Lab; lab = Lab('case')")
        said = kernel.refused(f"lab.unpack({str(tmp_path / 'case')!r})")
    assert said.startswith(f"DrillError: The case's file {name!r} leads out of ")
    assert not (tmp_path / "outside").exists()


def test_a_report_shows_what_was_submitted_and_what_was_judged(learner: Any) -> None:
    said, results, html = learner.run(
        """
        lab.submit(key="AKIAIOSFODNN7EXAMPLE")
        report = lab.report()
        [str(report), str(lab.check()), report._repr_html_()]"""
    )
    assert results in said
    assert "- `key`: `AKIAIOSFODNN7EXAMPLE`" in said
    assert '<table class="checks">' in html
    assert html.count("<svg") >= 2


def test_a_report_is_written_where_it_is_asked(learner: Any, tmp_path: Path) -> None:
    named, told = learner.run(f"""
    report = lab.report(save={str(tmp_path / "case")!r})
    [[str(path) for path in report.saved], str(report)]""")
    assert sorted(map(str, tmp_path.iterdir())) == sorted(named)
    assert {"case.html", "case.md"} <= {Path(each).name for each in named}
    assert all(each in told for each in named)


def test_a_lab_that_is_not_solved_ends_with_one_sentence_and_the_verdicts(learner: Any) -> None:
    said = learner.refused("lab.finish()")
    first, *rest = said.splitlines()
    total = learner.run("len(lab.check().checks)")
    assert first == f"Unsolved: checks that don't hold yet: {total} of {total}."
    assert "\n".join(rest) == learner.run("str(lab.check())")
    assert learner.run("""
    import simulator.lab
    [issubclass(simulator.lab.Unsolved, kind) for kind in (AssertionError, simulator.lab.DrillError)]
    """) == [True, True]


def test_a_lab_made_again_is_found_as_it_was(learner: Any) -> None:
    """In the same kernel, and in another one of the same learner."""
    assert learner.run("""
    import boto3
    boto3.client("iam").create_user(UserName="made-by-me")
    again = Lab("iam-leaked-key")
    users = [u["UserName"] for u in boto3.client("iam").list_users()["Users"]]
    [again.account_id == lab.account_id, lab.now <= again.now, "made-by-me" in users]
    """) == [True, True, True]


def test_a_reset_begins_again(learner: Any) -> None:
    """Account, submissions, hints, settings and time: all but the account's identity."""
    said = learner.run("""
    import boto3
    account, keys = lab.account_id, lab._about["credentials"]
    boto3.client("iam").create_user(UserName="made-before")
    lab.submit(key="AKIAIOSFODNN7EXAMPLE")
    lab.hint("names_the_key"), lab.hint("names_the_key")
    lab.settings("ci", role_to_assume="arn:aws:iam::111122223333:role/x")
    lab.wait(days=1)
    later = lab.now
    lab.reset()
    users = [u["UserName"] for u in boto3.client("iam").list_users()["Users"]]
    about = lab._client.get("/lab")
    {
        "account": lab.account_id == account,
        "keys": lab._about["credentials"] == keys,
        "gone": "made-before" not in users,
        "time": lab.now < later,
        "submitted": about["submitted"],
        "role": about["settings"]["ci"]["role_to_assume"],
        "cost": lab.check().hint_cost,
        "identity": boto3.client("sts").get_caller_identity()["Account"] == account,
    }""")
    assert said == {
        "account": True,
        "keys": True,
        "gone": True,
        "time": True,
        "submitted": {},
        "role": "",
        "cost": 0,
        "identity": True,
    }


def test_a_learner_tries_the_other_way_and_compares(learner: Any) -> None:
    """The clients that the notebook made before go on working."""
    said = learner.run("""
    import boto3
    lab.reset()
    iam = boto3.client("iam")
    kept = lab.now
    note = str(lab.checkpoint("before-delete"))
    iam.create_user(UserName="one")
    key = iam.create_access_key(UserName="one")["AccessKey"]
    lab.hint("names_the_key"), lab.hint("names_the_key")
    lab.wait(hours=5)
    back = lab.restore("before-delete")
    one_is_gone = "one" not in [u["UserName"] for u in iam.list_users()["Users"]]
    time = (lab.now - kept).total_seconds()
    iam.create_user(UserName="two")
    listed = lab.checkpoint()
    lab.restore("before-restore")
    users = [u["UserName"] for u in iam.list_users()["Users"]]
    made = [e for e in lab.trail()["event_name"] if e == "CreateUser"]
    {
        "note": note,
        "gone": one_is_gone,
        "time": time,
        "names": [one["name"] for one in listed.kept],
        "back": str(back),
        "html": back._repr_html_(),
        "users": ["one" in users, "two" in users],
        "key": [k["AccessKeyId"] for k in iam.list_access_keys(UserName="one")["AccessKeyMetadata"]]
            == [key["AccessKeyId"]],
        "cost": lab.check().hint_cost,
    }""")
    assert said["note"].startswith("`before-delete` is kept")
    assert said["gone"]
    assert 0 <= said["time"] < 300
    assert said["names"] == ["before-delete", "before-restore"]
    assert "the way you left" in said["back"]
    assert "<table>" in said["html"]
    assert said["users"] == [True, False]
    assert said["key"]
    assert said["cost"] == 1
    refused = learner.refused("lab.restore('before-delet')")
    assert refused.startswith("BadSubmission: There is no checkpoint 'before-delet'")
    assert "1 to 60 letters" in learner.refused("lab.checkpoint('')")
    assert learner.run("lab.reset(); lab.checkpoint().kept") == []


def test_two_learners_of_one_simulator_have_accounts_of_their_own(
    learner: Any, kernels: Kernels, served: dict[str, Any]
) -> None:
    other = kernels(
        DRILL_URL=served["control"], DRILL_TOKEN=served["token"], DRILL_LEARNER="neighbour"
    )
    account = other.run("from simulator import Lab; lab = Lab('iam-leaked-key'); lab.account_id")
    assert account != learner.run("lab.account_id")
    seat = learner.run("lab._client._token")
    assert other.run("lab._client._token") != seat


def test_a_missing_package_stops_only_what_needs_it(own: Any) -> None:
    for call, package in {"lab.trail()": "pandas", "lab.panel()": "ipywidgets"}.items():
        said = own.refused(call)
        assert said.startswith(f"MissingPackage: {call} needs {package}")
        assert f"pip install {package}" in said
    assert own.refused("lab.logs('alb')").startswith("MissingPackage: lab.logs() needs pandas")
    shown = own.run("""
    pages = [lab.briefing(), lab.check("detect"), lab.hint(), lab.wait(hours=1), lab.report()]
    pages += [lab.submit(key="AKIAIOSFODNN7EXAMPLE"), lab.reset()]
    lab.unpack(), lab.settings()
    [str(page) for page in pages] + [page._repr_html_() for page in pages]""")
    assert all(shown)
    assert own.refused("lab.finish()").startswith("Unsolved: ")
    assert own.run("import boto3; boto3.client('iam').list_users()['Users']")


def test_a_kernel_loads_neither_the_simulated_aws_nor_a_scenario(own: Any) -> None:
    """It would take a second of its start, and the scenario's module holds the answers."""
    assert (
        own.run("""
    [n for n in sys.modules if n.split(".")[0] in ("moto", "werkzeug", "waitress")
     or n.startswith(("simulator.scenarios", "simulator.drill", "simulator.gateway"))]
    """)
        == []
    )


def test_a_kernel_holds_no_secret_of_its_simulator(own: Any) -> None:
    """Neither seed nor token that starts labs nor an answer: only the learner's own keys and seat."""
    held = own.run("""
    import os, simulator.lab
    child = simulator.lab._embedded["iam-leaked-key"]
    kept = {name: getattr(child, name) for name in child.__dataclass_fields__}
    {"variables": sorted(n for n in os.environ if n.startswith("DRILL_")),
     "client": sorted(vars(lab._client)), "child": sorted(kept), "about": sorted(lab._about),
     "all": repr([dict(os.environ), vars(lab), vars(lab._client), kept])}""")
    assert held["variables"] == []
    assert held["client"] == ["_advice", "_token", "url"]
    assert held["child"] == ["control", "log", "process", "seat"]
    assert not {"seed", "facts", "token", "lab"} & set(held["about"])
    said = own.run("lab._client.get('/lab')")
    assert set(said) == set(held["about"])
    assert "seed" not in held["all"]


def test_a_seat_opens_its_own_drill_and_starts_none(own: Any) -> None:
    said = own.refused("lab._client.post('/labs', {'scenario': 'iam-leaked-key', 'learner': 'x'})")
    assert said.startswith("NotYourTurn: This token doesn't start labs here")


@pytest.mark.parametrize(
    ("endpoint", "control", "seen"),
    [
        ("http://127.0.0.1:4598", "http://simulator:4599", "http://simulator:4598"),
        ("http://127.0.0.1:4598", "http://127.0.0.1:4599", "http://127.0.0.1:4598"),
        ("http://127.0.0.1:4598", "http://localhost:4599", "http://127.0.0.1:4598"),
        ("http://192.0.2.7:4598", "http://simulator:4599", "http://192.0.2.7:4598"),
    ],
)
def test_a_simulator_in_a_container_is_where_its_control_api_is(
    endpoint: str, control: str, seen: str
) -> None:
    from simulator.lab import _seen_from_here

    assert _seen_from_here(endpoint, control) == seen
