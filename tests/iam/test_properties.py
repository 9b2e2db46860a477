"""What must hold for any policies, whatever they say."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.iam.decision import Result
from simulator.iam.evaluate import PolicySet, evaluate
from simulator.iam.explain import explain
from simulator.iam.policy import Policy
from simulator.iam.request import Request

A, B = "123456789012", "999999999999"
CALLERS = [
    None,
    "cloudtrail.amazonaws.com",
    f"arn:aws:iam::{A}:root",
    f"arn:aws:iam::{A}:user/bob",
    f"arn:aws:sts::{A}:assumed-role/app/one",
    f"arn:aws:sts::{A}:federated-user/fay",
    f"arn:aws:iam::{B}:user/eve",
]
RESOURCES = ["arn:aws:s3:::b/k", f"arn:aws:kms:us-east-1:{A}:key/k", f"arn:aws:iam::{A}:role/r"]
ACTIONS = ["s3:GetObject", "kms:Decrypt", "sts:AssumeRole"]
NAMED = ["*", {"AWS": A}, {"AWS": B}, {"Service": CALLERS[1]}, *({"AWS": c} for c in CALLERS[2:])]
CONDITIONS = [
    {},
    {"StringEquals": {"aws:PrincipalTag/team": "red"}},
    {"StringNotEquals": {"aws:PrincipalTag/team": "red"}},
    {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
    {"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}},
    {"Null": {"aws:SourceIp": "true"}},
    {"Resembles": {"aws:SourceIp": "10.0.0.1"}},
]

effects = st.sampled_from(["Allow", "Deny"])
statements = st.fixed_dictionaries(
    {
        "Effect": effects,
        "Condition": st.sampled_from(CONDITIONS),
    }
).flatmap(
    lambda fields: st.builds(
        lambda action, resource: {**fields, **action, **resource},
        st.sampled_from([{"Action": "*"}, {"NotAction": "s3:*"}, {"Action": ["s3:Get*", "kms:*"]}]),
        st.sampled_from(
            [
                {"Resource": "*"},
                {"Resource": "arn:aws:s3:::b/${aws:username}"},
                {"NotResource": "arn:aws:s3:::b/*"},
            ]
        ),
    )
)
about = st.builds(
    lambda fields, name, element: {
        **fields,
        element: name if element == "Principal" else {"AWS": A},
    },
    statements,
    st.sampled_from(NAMED),
    st.sampled_from(["Principal", "Principal", "NotPrincipal"]),
)
attached = st.lists(statements, max_size=3)
guards = st.lists(about, max_size=3)
requests = st.builds(
    Request,
    principal=st.sampled_from(CALLERS),
    action=st.sampled_from(ACTIONS),
    resource=st.sampled_from(RESOURCES),
    resource_account=st.just(A),
    context=st.fixed_dictionaries(
        {},
        optional={
            "aws:PrincipalTag/team": st.sampled_from(["red", "blue"]),
            "aws:SourceIp": st.sampled_from(["10.0.0.1", "203.0.113.9"]),
            "aws:TagKeys": st.lists(st.sampled_from(["a", "b"]), max_size=2),
        },
    ),
)


def compiled(documents):
    return Policy.parse({"Version": "2012-10-17", "Statement": documents})


sets = st.fixed_dictionaries(
    {
        "identity": st.lists(attached, max_size=2),
        "boundaries": st.lists(attached, max_size=2),
        "session": st.none() | st.lists(attached, max_size=2),
        "resource": st.none() | guards,
        "scps": st.lists(st.lists(attached, max_size=2), max_size=2),
        "rcps": st.lists(st.lists(guards, max_size=1), max_size=2),
        "endpoint": st.lists(guards, max_size=1),
    }
)


def policy_set(parts):
    return PolicySet(
        identity=tuple(map(compiled, parts["identity"])),
        boundaries=tuple(map(compiled, parts["boundaries"])),
        session=None if parts["session"] is None else tuple(map(compiled, parts["session"])),
        resource=None if parts["resource"] is None else compiled(parts["resource"]),
        scps=tuple(tuple(map(compiled, level)) for level in parts["scps"]),
        rcps=tuple(tuple(map(compiled, level)) for level in parts["rcps"]),
        endpoint=tuple(map(compiled, parts["endpoint"])),
    )


def places(parts):
    """Every list of statements in a set, so that one can be added."""
    yield from parts["identity"]
    yield from parts["boundaries"]
    yield from parts["session"] or []
    yield from [parts["resource"]] if parts["resource"] is not None else []
    for level in (*parts["scps"], *parts["rcps"]):
        yield from level
    yield from parts["endpoint"]


@given(requests, sets, about, st.randoms(use_true_random=False))
def test_an_added_statement_moves_the_verdict_its_own_way(request, parts, extra, random):
    before = evaluate(request, policy_set(parts))
    found = list(places(parts))
    if not found:
        parts["identity"].append([])
        found = [parts["identity"][0]]
    random.choice(found).append(extra)
    after = evaluate(request, policy_set(parts))
    if extra["Effect"] == "Deny":
        assert before.allowed or not after.allowed
    else:
        assert after.allowed or not before.allowed
        assert (after.result is Result.EXPLICITLY_DENIED) == (
            before.result is Result.EXPLICITLY_DENIED
        )


@given(requests, sets, st.randoms(use_true_random=False))
def test_the_order_of_statements_and_policies_does_not_matter(request, parts, random):
    before = evaluate(request, policy_set(parts)).result
    for listed in (*places(parts), parts["identity"], parts["boundaries"], parts["session"] or []):
        random.shuffle(listed)
    assert evaluate(request, policy_set(parts)).result is before


@given(requests, sets)
def test_an_unknown_operator_never_allows_and_never_spares(request, parts):
    before = evaluate(request, policy_set(parts))
    for listed in places(parts):
        for statement in listed:
            statement["Condition"] = {"Resembles": {"k": "v"}, **statement["Condition"]}
    after = evaluate(request, policy_set(parts))
    if before.result is Result.EXPLICITLY_DENIED:
        assert after.result is Result.EXPLICITLY_DENIED
    if after.allowed:
        assert request.principal == f"arn:aws:iam::{A}:root"


@given(requests, sets)
def test_the_case_of_actions_and_keys_does_not_matter(request, parts):
    context = {key.swapcase(): value for key, value in request.context.items()}
    other = replace(request, action=request.action.swapcase(), context=context)
    policies = policy_set(parts)
    assert evaluate(other, policies).result is evaluate(request, policies).result


@given(requests, sets)
def test_an_explanation_tells_what_the_decision_rests_on(request, parts):
    policies = policy_set(parts)
    explained = explain(request, policies)
    assert replace(explained, matched=(), near=()) == evaluate(request, policies)
    denied = explained.result is Result.EXPLICITLY_DENIED
    assert {match.effect for match in explained.matched} <= {"Deny" if denied else "Allow"}
    assert {miss.effect for miss in explained.near} <= {"Deny" if explained.allowed else "Allow"}
    if denied:
        assert explained.layer is explained.matched[0].layer
        assert explained.matched[0].statement in explained.because


def whole(parts):
    """Every policy of a set, as the lists of statements they are."""
    return [listed for listed in places(parts) if listed]


@given(requests, sets)
def test_a_list_of_actions_may_be_split_into_statements(request, parts):
    """One statement about several actions is as many statements about one each."""
    before = evaluate(request, policy_set(parts)).result
    for listed in whole(parts):
        split = []
        for statement in listed:
            actions = statement.get("Action")
            several = actions if isinstance(actions, list) else [actions]
            split += [{**statement, "Action": one} for one in several] if actions else [statement]
        listed[:] = split
    assert evaluate(request, policy_set(parts)).result is before


@given(requests, sets)
def test_repeating_every_statement_changes_nothing(request, parts):
    before = evaluate(request, policy_set(parts)).result
    for listed in whole(parts):
        listed += list(listed)
    assert evaluate(request, policy_set(parts)).result is before


@given(requests, sets, attached, st.sampled_from(["scps", "boundaries", "endpoint", "rcps"]))
def test_a_further_limit_never_allows(request, parts, statements, limit):
    """A level of SCPs or RCPs, a boundary, or an endpoint's policy where there was none."""
    before = evaluate(request, policy_set(parts))
    named = [{**one, "Principal": "*"} for one in statements]
    if limit == "scps":
        parts["scps"].append([statements])
    elif limit == "rcps":
        parts["rcps"].append([named])
    elif limit == "boundaries":
        parts["boundaries"].append(statements)
    elif not parts["endpoint"]:
        parts["endpoint"].append(named)
    assert before.allowed or not evaluate(request, policy_set(parts)).allowed


@given(requests, sets)
def test_a_level_that_allows_everything_limits_nothing(request, parts):
    before = evaluate(request, policy_set(parts)).result
    full = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
    parts["scps"].append([full])
    parts["boundaries"].append(full)
    after = evaluate(request, policy_set(parts)).result
    sparing = any("NotPrincipal" in one for listed in places(parts) for one in listed)
    assert after is before or sparing  # a boundary is enough for a Deny with NotPrincipal


@given(requests, sets)
def test_blocking_public_access_never_allows(request, parts):
    policies = policy_set(parts)
    blocked = evaluate(request, replace(policies, block_public_access=True))
    assert evaluate(request, policies).allowed or not blocked.allowed


@settings(max_examples=30)
@given(st.sampled_from(CALLERS), st.sampled_from(ACTIONS))
def test_nothing_is_allowed_by_nothing(principal, action):
    request = Request(principal, action, RESOURCES[0], A)
    allowed = evaluate(request, PolicySet()).allowed
    assert allowed is (principal == CALLERS[2] and action != "sts:AssumeRole")


@pytest.mark.parametrize("caller", CALLERS)
def test_a_verdict_always_comes_with_a_reason(caller):
    assert evaluate(Request(caller, ACTIONS[0], RESOURCES[0], A), PolicySet()).because
