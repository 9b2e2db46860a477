"""The comparison of the policy engine with another one (`make differential`)."""

import copy
import os
import shutil
import time
from collections import Counter
from pathlib import Path

import pytest

from simulator.iam.decide import read_case
from simulator.iam.evaluate import evaluate
from tools.differential.__main__ import report, run
from tools.differential.cases import case, cases
from tools.differential.compare import compare
from tools.differential.explained import DIFFERENCES, explain

ROOT = Path(__file__).parents[2]


def package():
    """Where `make differential` installed the other engine."""
    folder = Path(os.environ.get("DIFFERENTIAL", ""))
    if not shutil.which("node") or not (folder / "node_modules").is_dir():
        pytest.skip("the other engine is not installed: `make differential` does it")
    return folder


@pytest.mark.differential
def test_every_disagreement_with_the_other_engine_is_explained():
    count = int(os.environ.get("DIFFERENTIAL_CASES", "100000"))
    began = time.monotonic()
    tally = run(first=1_000_000, count=count, package=package(), jobs=2)
    print("\n" + report(tally, time.monotonic() - began))
    assert tally.asked == count
    assert tally.refused < count / 100
    assert tally.unexplained == []


@pytest.mark.differential
def test_a_disagreement_that_nobody_explained_is_found(monkeypatch):
    monkeypatch.setattr("tools.differential.explained.DIFFERENCES", ())
    assert compare(0, 300, package()).unexplained


def test_a_case_follows_from_its_seed():
    assert case(7) == case(7)
    assert case(7) != case(8)


def test_the_cases_are_well_formed_and_reach_every_answer():
    answers = Counter()
    for one in cases(0, 400):
        answers[evaluate(*read_case(one)).result] += 1
    assert min(answers.values()) > 20
    assert len(answers) == 3


def test_the_cases_reach_every_kind_of_principal_and_policy():
    drawn = list(cases(0, 400))
    principals = {one["request"]["principal"] for one in drawn}
    assert {None, "cloudtrail.amazonaws.com"} < principals
    kinds = {name.split(":")[5].split("/")[0] for name in principals if name and ":" in name}
    assert kinds == {"root", "user", "assumed-role", "federated-user"}
    layers = {name for one in drawn for name in one} - {"id", "request"}
    assert layers == {
        "identityPolicies", "permissionBoundaries", "sessionPolicy", "resourcePolicy", "scps",
        "rcps", "endpointPolicies", "blockPublicAccess",
    }  # fmt: skip
    assert {one["request"]["resourceAccount"] for one in drawn} == {"123456789012", "999999999999"}


def test_a_case_without_what_parts_the_engines_shows_no_known_difference_but_harmless_ones():
    """Forms of dates and addresses are written alike, and stay dates and addresses."""
    lasting = {
        "forms of dates", "IP address families", "grant to a session, silent session policy",
        "ARN of all buckets",
    }  # fmt: skip
    seen = Counter()
    for one in cases(0, 600):
        before = copy.deepcopy(one)
        names, plain = explain(one)
        assert one == before
        seen.update(names)
        assert set(explain(plain)[0]) <= lasting
    assert set(seen) == {difference.name for difference in DIFFERENCES}


def test_every_difference_is_in_the_table_with_the_page_that_decides():
    table = (ROOT / "docs" / "engine-differences.md").read_text(encoding="utf-8")
    for difference in DIFFERENCES:
        assert f"\n| {difference.name} | " in table
