"""Blast radius: what the adversary's credentials reach, by the account's own decisions."""

from __future__ import annotations

import json
from typing import Any

from simulator.report.reach import Reach, reach
from tests.report.conftest import Case

DENY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}],
}


def able(found: Reach, source: str, kind: str, name: str = "") -> set[str]:
    return {
        verb
        for one, what, which, verbs in found.edges
        if one == source and what == kind and name in {"", which}
        for verb in verbs
    }


def sources(found: Reach) -> dict[str, dict[str, Any]]:
    return {source["id"]: source for source in found.sources}


def test_every_set_of_credentials_is_a_source_once(leaked_key: Case) -> None:
    facts, found = leaked_key.drill.facts, sources(reach(leaked_key.drill))
    ids = [facts[name]["AccessKeyId"] for name in ("ci_key", "rogue_key", "hopped", "federation")]
    assert sorted(each for each in found if not each.startswith("arn:")) == sorted(
        [*ids, "anybody"]
    )
    kinds = ["an access key", "an access key", "a role session", "a federation token"]
    assert [found[each]["kind"] for each in ids] == kinds
    assert found[ids[0]]["name"] == facts["ci_user"]
    assert all(found[each]["alive"] for each in ids)


def test_rights_are_those_that_policies_give(leaked_key: Case) -> None:
    """The pipeline's key, the rogue administrator, and a session of the export role."""
    facts, found = leaked_key.drill.facts, reach(leaked_key.drill)
    ci, rogue, hopped = (facts[each]["AccessKeyId"] for each in ("ci_key", "rogue_key", "hopped"))
    site, exports = facts["site_bucket"], facts["export_bucket"]
    assert able(found, ci, "buckets", site) == {"lists", "reads", "writes", "administers"}
    assert able(found, ci, "buckets", exports) == {"administers"}
    assert able(found, rogue, "buckets", exports) == {"lists", "reads", "writes", "administers"}
    assert able(found, rogue, "trails") == {"stops"}
    assert "administers" in able(found, rogue, "IAM")
    assert able(found, hopped, "buckets", exports) == {"lists", "reads"}
    assert able(found, hopped, "IAM") == set()


def test_roles_are_taken_and_what_they_reach_is_reached(leaked_key: Case) -> None:
    facts, found = leaked_key.drill.facts, reach(leaked_key.drill)
    export, ci = facts["export_role_arn"], facts["ci_key"]["AccessKeyId"]
    assert (ci, export) in found.takes
    assert (facts["hopped"]["AccessKeyId"], export) not in found.takes
    assert able(found, export, "buckets") == {"lists", "reads"}


def test_a_dead_key_reaches_nothing(leaked_key: Case) -> None:
    facts, drill = leaked_key.drill.facts, leaked_key.drill
    key = facts["ci_key"]["AccessKeyId"]
    drill.responder().iam.update_access_key(
        UserName=facts["ci_user"], AccessKeyId=key, Status="Inactive"
    )
    found = reach(drill)
    assert not sources(found)[key]["alive"]
    assert not [edge for edge in found.edges if edge[0] == key]
    token = facts["federation"]["AccessKeyId"]
    assert able(found, token, "buckets"), "the federation token outlives the key"


def test_a_revoked_session_reaches_nothing_and_a_new_one_would(leaked_key: Case) -> None:
    """AWSRevokeOlderSessions denies by the time of issue: the role can still be taken anew."""
    facts, drill = leaked_key.drill.facts, leaked_key.drill
    late = {"DateLessThan": {"aws:TokenIssueTime": f"{drill.now():%Y-%m-%dT%H:%M:%SZ}"}}
    drill.responder().iam.put_role_policy(
        RoleName=facts["export_role"],
        PolicyName="AWSRevokeOlderSessions",
        PolicyDocument=json.dumps(
            {**DENY, "Statement": [{**DENY["Statement"][0], "Condition": late}]}  # type: ignore[dict-item]
        ),
    )
    found = reach(drill)
    assert able(found, facts["hopped"]["AccessKeyId"], "buckets") == set()
    assert able(found, facts["export_role_arn"], "buckets") == {"lists", "reads"}


def test_a_policy_that_denies_one_address_alone_stops_nothing(leaked_key: Case) -> None:
    """The adversary asks from each of its addresses."""
    facts, drill = leaked_key.drill.facts, leaked_key.drill
    address = {"IpAddress": {"aws:SourceIp": f"{drill.principals['thief'].address}/32"}}
    drill.responder().iam.put_user_policy(
        UserName=facts["ci_user"],
        PolicyName="block",
        PolicyDocument=json.dumps(
            {**DENY, "Statement": [{**DENY["Statement"][0], "Condition": address}]}  # type: ignore[dict-item]
        ),
    )
    key = facts["ci_key"]["AccessKeyId"]
    assert "writes" in able(reach(drill), key, "buckets", facts["site_bucket"])


def test_after_the_right_response_nothing_is_reached(leaked_key: Case) -> None:
    leaked_key.respond("reference")
    found = reach(leaked_key.drill)
    assert (found.edges, found.takes) == ([], [])


def test_without_credentials_the_doors_of_instances_are_reached(open_ports: Case) -> None:
    drill, facts = open_ports.drill, open_ports.drill.facts
    found = reach(drill)
    ports = {facts["jobs_id"]: "22", facts["database_id"]: "5432"}
    for instance, port in ports.items():
        assert able(found, "anybody", "instances", instance) == {f"connects to port {port}"}
    open_ports.respond("reference")
    assert reach(drill).edges == []


def test_to_ask_changes_nothing(leaked_key: Case) -> None:
    """No record, no verdict kept, no chance drawn: the next id is the one that would have been."""
    drill, learner = leaked_key.drill, leaked_key.drill.responder()
    made = []
    for asks in (False, True):
        with drill.trial():
            records, journal = len(drill.account.records), len(drill.journal)
            kept = drill.account.verdicts.save()
            if asks:
                reach(drill)
            assert (len(drill.account.records), len(drill.journal)) == (records, journal)
            assert drill.account.verdicts.save() == kept
            user = learner.iam.create_user(UserName="next")["User"]
            made.append((user["UserId"], drill.rng.random()))
    assert made[0] == made[1]


def test_what_is_reached_at_arrival_is_kept_by_the_seat(leaked_key: Case) -> None:
    kept = leaked_key.seat.drill.exposed
    assert kept is not None
    leaked_key.respond("reference")
    assert kept.edges
    assert leaked_key.desk.report()["reach"][0]["edges"]
