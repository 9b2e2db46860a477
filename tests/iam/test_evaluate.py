"""Tables worked by hand from the pages on policy evaluation in the IAM User Guide."""

import pytest

from simulator.iam.decision import Layer, Result
from simulator.iam.evaluate import PolicySet, evaluate
from simulator.iam.policy import Policy
from simulator.iam.request import Request

A, B = "123456789012", "999999999999"
USER = f"arn:aws:iam::{A}:user/bob"
ROLE = f"arn:aws:iam::{A}:role/app"
SESSION = f"arn:aws:sts::{A}:assumed-role/app/one"
FEDERATED = f"arn:aws:sts::{A}:federated-user/fay"
ROOT = f"arn:aws:iam::{A}:root"
FOREIGN_USER = f"arn:aws:iam::{B}:user/eve"
FOREIGN_ROLE = f"arn:aws:iam::{B}:role/spy"
FOREIGN_SESSION = f"arn:aws:sts::{B}:assumed-role/spy/one"
FOREIGN_ROOT = f"arn:aws:iam::{B}:root"
SERVICE = "cloudtrail.amazonaws.com"
KEY = f"arn:aws:kms:us-east-1:{A}:key/k"
TARGET = f"arn:aws:iam::{A}:role/target"

ALLOWED, SILENT, DENIED = Result.ALLOWED, Result.IMPLICITLY_DENIED, Result.EXPLICITLY_DENIED


def policy(*statements, name="p"):
    return Policy.parse({"Version": "2012-10-17", "Statement": list(statements)}, name)


def statement(effect="Allow", **more):
    return {"Effect": effect, "Action": "*", "Resource": "*", **more}


YES = policy(statement())
NO = policy(statement("Deny"))
QUIET = policy(statement(Action="ec2:DescribeRegions"))


def granting(principal, effect="Allow", **more):
    return policy(statement(effect, Principal=principal, **more))


def decide(principal=USER, *, context=None, owner=A, **given):
    """Ask for one object of a bucket. What else is given are fields of the PolicySet."""
    asked = Request(principal, "s3:GetObject", "arn:aws:s3:::b/k", owner, context or {})
    return evaluate(asked, PolicySet(**given))


def verdict(principal=USER, **given):
    decision = decide(principal, **given)
    return decision.result, decision.layer


@pytest.mark.parametrize(
    ("given", "result", "layer"),
    [
        ({}, SILENT, Layer.IDENTITY),
        ({"identity": (QUIET,)}, SILENT, Layer.IDENTITY),
        ({"identity": (QUIET, YES)}, ALLOWED, Layer.IDENTITY),
        ({"identity": (YES, NO)}, DENIED, Layer.IDENTITY),
        ({"identity": (NO,)}, DENIED, Layer.IDENTITY),
        ({"identity": (YES,), "boundaries": (YES,)}, ALLOWED, Layer.IDENTITY),
        ({"identity": (YES,), "boundaries": (QUIET,)}, SILENT, Layer.BOUNDARY),
        ({"identity": (YES,), "boundaries": (YES, QUIET)}, SILENT, Layer.BOUNDARY),
        ({"identity": (YES,), "boundaries": (YES, NO)}, DENIED, Layer.BOUNDARY),
        ({"boundaries": (YES,)}, SILENT, Layer.IDENTITY),
        ({"identity": (YES,), "session": (QUIET,)}, SILENT, Layer.SESSION),
        ({"identity": (YES,), "session": ()}, SILENT, Layer.SESSION),
        ({"identity": (YES,), "session": (QUIET, YES)}, ALLOWED, Layer.IDENTITY),
        ({"identity": (YES,), "session": (YES, NO)}, DENIED, Layer.SESSION),
        ({"session": (YES,)}, SILENT, Layer.IDENTITY),
    ],
)
def test_policies_of_a_role_session(given, result, layer):
    assert verdict(SESSION, **given) == (result, layer)


@pytest.mark.parametrize(
    ("scps", "result"),
    [
        ((), ALLOWED),
        (((YES,),), ALLOWED),
        (((),), SILENT),
        (((QUIET,),), SILENT),
        (((YES,), (QUIET,)), SILENT),
        (((YES,), (QUIET, YES)), ALLOWED),
        (((YES,), (YES, NO)), DENIED),
        (((QUIET,), (NO,)), DENIED),
    ],
)
def test_every_level_of_the_organization_must_allow(scps, result):
    decision = decide(identity=(YES,), scps=scps)
    assert decision.result is result
    assert (decision.layer is Layer.SCP) is (result is not ALLOWED)


@pytest.mark.parametrize(
    ("rcps", "result"),
    [
        ((), ALLOWED),
        (((),), ALLOWED),
        (((granting("*", "Deny", Action="s3:PutObject"),),), ALLOWED),
        (((granting("*", "Deny", Action="s3:*"),),), DENIED),
        (((), (granting("*", "Deny", Action="s3:*"),)), DENIED),
    ],
)
def test_resource_control_policies_only_deny(rcps, result):
    assert decide(identity=(YES,), rcps=rcps).result is result


@pytest.mark.parametrize(
    ("endpoint", "result"),
    [
        ((), ALLOWED),
        ((granting("*"),), ALLOWED),
        ((granting({"AWS": A}),), ALLOWED),
        ((granting({"AWS": B}),), SILENT),
        ((granting("*", Action="ec2:*"),), SILENT),
        ((granting("*", Action="ec2:*"), granting("*")), ALLOWED),
        ((granting("*"), granting("*", "Deny")), DENIED),
    ],
)
def test_endpoint_policies_must_allow(endpoint, result):
    decision = decide(identity=(YES,), endpoint=endpoint)
    assert decision.result is result
    assert (decision.layer is Layer.ENDPOINT) is (result is not ALLOWED)


@pytest.mark.parametrize(
    ("caller", "named", "context", "result"),
    [
        # "Resource-based policies and implicit denies in other policy types (same account)"
        (SESSION, ROLE, {}, SILENT),
        (SESSION, SESSION, {}, ALLOWED),
        (USER, USER, {}, ALLOWED),
        (FEDERATED, USER, {"aws:PrincipalArn": USER}, SILENT),
        (FEDERATED, FEDERATED, {}, ALLOWED),
        (ROOT, ROOT, {}, ALLOWED),
        # an account delegates to its administrators
        (SESSION, A, {}, SILENT),
        (USER, ROOT, {}, SILENT),
        # everybody, the caller's session included
        (SESSION, "*", {}, ALLOWED),
        (USER, "*", {}, ALLOWED),
    ],
)
def test_implicit_denies_beside_a_resource_policy_that_names_the_caller(
    caller, named, context, result
):
    quiet = {"boundaries": (QUIET,), "identity": (QUIET,)}
    session = {} if caller == USER else {"session": (QUIET,)}
    resource = granting({"AWS": named})
    assert decide(caller, context=context, resource=resource, **quiet, **session).result is result


@pytest.mark.parametrize(
    ("boundary", "role_policy", "resource_policy", "role_named", "session_named"),
    [
        # a role with a boundary and a bucket policy, as measured on AWS
        (QUIET, QUIET, True, SILENT, ALLOWED),
        (QUIET, YES, True, SILENT, ALLOWED),
        (YES, YES, False, ALLOWED, ALLOWED),
        (YES, QUIET, True, ALLOWED, ALLOWED),
        (YES, YES, True, ALLOWED, ALLOWED),
        (YES, QUIET, False, SILENT, SILENT),
        (QUIET, YES, False, SILENT, SILENT),
    ],
)
def test_a_boundary_limits_what_a_bucket_policy_grants_to_a_role_but_not_to_its_session(
    boundary, role_policy, resource_policy, role_named, session_named
):
    for named, expected in ((ROLE, role_named), (SESSION, session_named)):
        given = {"boundaries": (boundary,), "identity": (role_policy,)}
        if resource_policy:
            given["resource"] = granting({"AWS": named})
        assert decide(SESSION, **given).result is expected


def test_the_role_behind_everybody_can_be_fixed_by_a_condition():
    """ "IAM role principals": aws:PrincipalArn with a wildcard principal."""
    fixed = {"ArnEquals": {"aws:PrincipalArn": ROLE}}
    resource = granting("*", Condition=fixed)
    given = {"resource": resource, "boundaries": (QUIET,), "session": (QUIET,)}
    assert decide(SESSION, **given).result is ALLOWED
    assert decide(f"arn:aws:sts::{A}:assumed-role/other/one", **given).result is not ALLOWED


@pytest.mark.parametrize("layer", ["identity", "boundaries", "session"])
def test_an_explicit_deny_limits_every_grant(layer):
    resource = granting({"AWS": SESSION})
    assert decide(SESSION, resource=resource, **{layer: (NO,)}).result is DENIED


@pytest.mark.parametrize(
    ("resource", "result"),
    [
        (None, ALLOWED),
        (granting({"AWS": B}), ALLOWED),
        (granting({"AWS": USER}, "Deny"), DENIED),
        (granting({"AWS": A}, "Deny"), DENIED),
        (granting("*", "Deny"), DENIED),
        (granting({"AWS": B}, "Deny"), ALLOWED),
        (granting("*", "Deny", Action="s3:PutObject"), ALLOWED),
        (policy(statement()), ALLOWED),
    ],
)
def test_identity_and_resource_policies_in_one_account(resource, result):
    assert decide(identity=(YES,), resource=resource).result is result


@pytest.mark.parametrize(
    ("caller", "resource", "given", "result", "layer"),
    [
        (FOREIGN_USER, None, {"identity": (YES,)}, SILENT, Layer.RESOURCE),
        (FOREIGN_USER, granting({"AWS": B}), {"identity": (YES,)}, ALLOWED, Layer.RESOURCE),
        (
            FOREIGN_USER,
            granting({"AWS": FOREIGN_USER}),
            {"identity": (YES,)},
            ALLOWED,
            Layer.RESOURCE,
        ),
        (FOREIGN_USER, granting("*"), {"identity": (YES,)}, ALLOWED, Layer.RESOURCE),
        (FOREIGN_USER, granting({"AWS": A}), {"identity": (YES,)}, SILENT, Layer.RESOURCE),
        (FOREIGN_USER, granting({"AWS": FOREIGN_USER}), {}, SILENT, Layer.IDENTITY),
        (FOREIGN_USER, granting("*"), {}, SILENT, Layer.IDENTITY),
        (
            FOREIGN_SESSION,
            granting({"AWS": FOREIGN_ROLE}),
            {"identity": (YES,)},
            ALLOWED,
            Layer.RESOURCE,
        ),
        (FOREIGN_SESSION, granting({"AWS": FOREIGN_SESSION}), {}, SILENT, Layer.IDENTITY),
        (
            FOREIGN_SESSION,
            granting({"AWS": FOREIGN_SESSION}),
            {"identity": (YES,), "boundaries": (QUIET,)},
            SILENT,
            Layer.BOUNDARY,
        ),
        (
            FOREIGN_SESSION,
            granting({"AWS": FOREIGN_SESSION}),
            {"identity": (YES,), "session": (QUIET,)},
            SILENT,
            Layer.SESSION,
        ),
        (FOREIGN_USER, granting({"AWS": B}, "Deny"), {"identity": (YES,)}, DENIED, Layer.RESOURCE),
        (FOREIGN_ROOT, granting({"AWS": B}), {}, ALLOWED, Layer.RESOURCE),
        (FOREIGN_ROOT, None, {}, SILENT, Layer.RESOURCE),
    ],
)
def test_both_accounts_must_allow(caller, resource, given, result, layer):
    """ "Cross-account policy evaluation logic"."""
    assert verdict(caller, resource=resource, **given) == (result, layer)


@pytest.mark.parametrize(
    ("caller", "resource", "result"),
    [
        (None, granting("*"), ALLOWED),
        (None, granting({"AWS": "*"}), ALLOWED),
        (None, granting({"AWS": A}), SILENT),
        (None, None, SILENT),
        (None, granting("*", "Deny"), DENIED),
        (SERVICE, granting({"Service": SERVICE}), ALLOWED),
        (SERVICE, granting({"Service": "sns.amazonaws.com"}), SILENT),
        (SERVICE, granting("*"), ALLOWED),
        (SERVICE, None, SILENT),
    ],
)
def test_callers_outside_any_account_have_only_the_resource_policy(caller, resource, result):
    given = {"resource": resource, "scps": ((NO,),), "identity": (YES,)}
    assert decide(caller, **given).result is result


def test_the_source_of_a_services_call_can_be_fixed():
    condition = {"StringEquals": {"aws:SourceAccount": A}}
    resource = granting({"Service": SERVICE}, Condition=condition)
    assert decide(SERVICE, resource=resource, context={"aws:SourceAccount": A}).allowed
    assert not decide(SERVICE, resource=resource, context={"aws:SourceAccount": B}).allowed
    assert not decide(SERVICE, resource=resource).allowed


@pytest.mark.parametrize(
    ("given", "result", "layer"),
    [
        ({}, ALLOWED, Layer.IDENTITY),
        ({"identity": (NO,), "boundaries": (NO,)}, ALLOWED, Layer.IDENTITY),
        ({"scps": ((YES,), (QUIET,))}, SILENT, Layer.SCP),
        ({"scps": ((YES, NO),)}, DENIED, Layer.SCP),
        ({"rcps": ((granting("*", "Deny"),),)}, DENIED, Layer.RCP),
        ({"resource": granting("*", "Deny")}, DENIED, Layer.RESOURCE),
        ({"resource": granting({"AWS": ROOT}, "Deny")}, DENIED, Layer.RESOURCE),
        ({"resource": granting({"AWS": USER})}, ALLOWED, Layer.IDENTITY),
        ({"owner": B}, SILENT, Layer.RESOURCE),
    ],
)
def test_the_root_user(given, result, layer):
    assert verdict(ROOT, **given) == (result, layer)


@pytest.mark.parametrize(
    ("action", "result"),
    [
        ("s3:PutBucketPolicy", ALLOWED),
        ("s3:GetBucketPolicy", ALLOWED),
        ("s3:DeleteBucketPolicy", ALLOWED),
        ("s3:DeleteBucket", DENIED),
    ],
)
def test_root_can_mend_a_bucket_policy_that_locks_everybody_out(action, result):
    locked = PolicySet(resource=granting("*", "Deny"))
    assert evaluate(Request(ROOT, action, "arn:aws:s3:::b", A), locked).result is result
    assert evaluate(Request(FOREIGN_ROOT, action, "arn:aws:s3:::b", A), locked).result is DENIED


@pytest.mark.parametrize(
    ("caller", "key_policy", "given", "result", "layer"),
    [
        # "Key policies in AWS KMS": without the key policy IAM policies have no effect
        (USER, None, {"identity": (YES,)}, SILENT, Layer.RESOURCE),
        (USER, granting({"AWS": ROLE}), {"identity": (YES,)}, SILENT, Layer.RESOURCE),
        (USER, granting({"AWS": A}), {"identity": (YES,)}, ALLOWED, Layer.IDENTITY),
        (USER, granting({"AWS": A}), {}, SILENT, Layer.IDENTITY),
        (
            USER,
            granting({"AWS": ROOT}),
            {"identity": (YES,), "boundaries": (QUIET,)},
            SILENT,
            Layer.BOUNDARY,
        ),
        (USER, granting({"AWS": USER}), {}, ALLOWED, Layer.RESOURCE),
        (USER, granting("*"), {}, ALLOWED, Layer.RESOURCE),
        (SESSION, granting({"AWS": ROLE}), {}, ALLOWED, Layer.RESOURCE),
        (SESSION, granting({"AWS": ROLE}), {"boundaries": (QUIET,)}, SILENT, Layer.BOUNDARY),
        (USER, granting({"AWS": A}), {"identity": (YES, NO)}, DENIED, Layer.IDENTITY),
        (ROOT, None, {}, SILENT, Layer.RESOURCE),
        (ROOT, granting({"AWS": USER}), {}, SILENT, Layer.RESOURCE),
        (ROOT, granting({"AWS": A}), {}, ALLOWED, Layer.RESOURCE),
        (FOREIGN_USER, granting({"AWS": B}), {"identity": (YES,)}, ALLOWED, Layer.RESOURCE),
        (FOREIGN_USER, granting({"AWS": FOREIGN_USER}), {}, SILENT, Layer.IDENTITY),
        (FOREIGN_USER, granting({"AWS": A}), {"identity": (YES,)}, SILENT, Layer.RESOURCE),
    ],
)
def test_a_kms_key_is_governed_by_its_key_policy(caller, key_policy, given, result, layer):
    asked = Request(caller, "kms:Decrypt", KEY, A)
    decision = evaluate(asked, PolicySet(resource=key_policy, **given))
    assert (decision.result, decision.layer) == (result, layer)


def test_kms_actions_on_no_key_need_no_key_policy():
    asked = Request(USER, "kms:ListKeys", "*", A, wildcard_only=True)
    assert evaluate(asked, PolicySet(identity=(YES,))).allowed
    alias = Request(USER, "kms:CreateAlias", f"arn:aws:kms:us-east-1:{A}:alias/a", A)
    assert evaluate(alias, PolicySet(identity=(YES,))).allowed


def trusting(principal, effect="Allow", action="sts:AssumeRole", **more):
    return policy({"Effect": effect, "Principal": principal, "Action": action, **more})


@pytest.mark.parametrize(
    ("caller", "trust", "given", "result", "layer"),
    [
        (USER, None, {"identity": (YES,)}, SILENT, Layer.RESOURCE),
        (
            USER,
            trusting({"Service": "ec2.amazonaws.com"}),
            {"identity": (YES,)},
            SILENT,
            Layer.RESOURCE,
        ),
        (USER, trusting({"AWS": A}), {"identity": (YES,)}, ALLOWED, Layer.IDENTITY),
        (USER, trusting({"AWS": A}), {}, SILENT, Layer.IDENTITY),
        (USER, trusting({"AWS": USER}), {}, ALLOWED, Layer.RESOURCE),
        (USER, trusting({"AWS": "*"}), {}, ALLOWED, Layer.RESOURCE),
        (SESSION, trusting({"AWS": ROLE}), {}, ALLOWED, Layer.RESOURCE),
        (SESSION, trusting({"AWS": ROLE}), {"session": (QUIET,)}, SILENT, Layer.SESSION),
        (USER, trusting({"AWS": USER}, "Deny"), {"identity": (YES,)}, DENIED, Layer.RESOURCE),
        (FOREIGN_USER, trusting({"AWS": B}), {"identity": (YES,)}, ALLOWED, Layer.RESOURCE),
        (FOREIGN_USER, trusting({"AWS": B}), {}, SILENT, Layer.IDENTITY),
        (FOREIGN_USER, trusting({"AWS": FOREIGN_USER}), {}, SILENT, Layer.IDENTITY),
        (FOREIGN_USER, trusting({"AWS": A}), {"identity": (YES,)}, SILENT, Layer.RESOURCE),
        (
            "ec2.amazonaws.com",
            trusting({"Service": "ec2.amazonaws.com"}),
            {},
            ALLOWED,
            Layer.RESOURCE,
        ),
        (ROOT, trusting({"AWS": A}), {}, SILENT, Layer.IDENTITY),
    ],
)
def test_a_role_is_governed_by_its_trust_policy(caller, trust, given, result, layer):
    decision = evaluate(
        Request(caller, "sts:AssumeRole", TARGET, A), PolicySet(resource=trust, **given)
    )
    assert (decision.result, decision.layer) == (result, layer)


@pytest.mark.parametrize(
    ("context", "allowed"),
    [
        ({"sts:ExternalId": "42"}, True),
        ({"sts:ExternalId": "41"}, False),
        ({}, False),
    ],
)
def test_a_vendor_needs_its_external_id(context, allowed):
    trust = trusting({"AWS": B}, Condition={"StringEquals": {"sts:ExternalId": "42"}})
    asked = Request(FOREIGN_SESSION, "sts:AssumeRole", TARGET, A, context)
    assert evaluate(asked, PolicySet(identity=(YES,), resource=trust)).allowed is allowed


@pytest.mark.parametrize(
    ("subject", "allowed"),
    [
        ("repo:company/app:ref:refs/heads/main", True),
        ("repo:company/evil:ref:refs/heads/main", False),
    ],
)
def test_a_web_identity_needs_only_the_trust_policy(subject, allowed):
    provider = f"arn:aws:iam::{A}:oidc-provider/token.actions.example.com"
    action = "sts:AssumeRoleWithWebIdentity"
    condition = {"StringLike": {"token.actions.example.com:sub": "repo:company/app:*"}}
    trust = trusting({"Federated": provider}, action=action, Condition=condition)
    context = {"token.actions.example.com:sub": subject, "aws:FederatedProvider": provider}
    for principal in (None, provider):
        asked = Request(principal, action, TARGET, A, context)
        assert evaluate(asked, PolicySet(resource=trust)).allowed is allowed


def test_a_federated_user_without_session_policies_has_no_permissions():
    """ "Permissions for GetFederationToken"."""
    assert verdict(FEDERATED, identity=(YES,)) == (SILENT, Layer.SESSION)
    assert verdict(FEDERATED, identity=(YES,), session=(YES,)) == (ALLOWED, Layer.IDENTITY)
    assert verdict(FEDERATED, session=(YES,)) == (SILENT, Layer.IDENTITY)


SUPPORT = f"arn:aws:sts::{A}:assumed-role/AWSServiceRoleForSupport/s"


def test_organizations_do_not_limit_service_linked_roles():
    deny_all = granting("*", "Deny", Action="s3:*")
    given = {"identity": (YES,), "scps": ((NO,),), "rcps": ((deny_all,),)}
    assert decide(SUPPORT, **given).allowed
    assert not decide(SESSION, **given).allowed
    assert not decide(SUPPORT, context={"aws:PrincipalArn": ROLE}, **given).allowed


def test_retiring_a_grant_is_beyond_resource_control_policies():
    rcps = ((granting("*", "Deny", Action="kms:*"),),)
    given = {"identity": (YES,), "resource": granting({"AWS": A}), "rcps": rcps}
    assert evaluate(Request(USER, "kms:RetireGrant", KEY, A), PolicySet(**given)).allowed
    assert not evaluate(Request(USER, "kms:Decrypt", KEY, A), PolicySet(**given)).allowed


def test_resource_control_policies_reach_services_and_anonymous_callers():
    rcps = ((granting("*", "Deny", Action="s3:*"),),)
    for caller in (None, SERVICE, FOREIGN_USER, ROOT):
        assert decide(caller, resource=granting("*"), identity=(YES,), rcps=rcps).result is DENIED


def test_get_caller_identity_needs_no_permission():
    asked = Request(USER, "sts:GetCallerIdentity", "*", A)
    assert evaluate(asked, PolicySet(identity=(NO,), scps=((NO,),))).allowed
    assert not evaluate(Request(None, "sts:GetCallerIdentity", "*", A), PolicySet()).allowed


def test_a_session_token_of_ones_own_needs_no_permission():
    assert evaluate(Request(USER, "sts:GetSessionToken", "*", A), PolicySet()).allowed
    assert not evaluate(Request(SESSION, "sts:GetSessionToken", "*", A), PolicySet()).allowed


PUBLIC = granting("*")
MIXED = policy(
    statement(Principal="*", Action="s3:PutObject"),
    statement(Principal={"AWS": B}),
)


@pytest.mark.parametrize(
    ("caller", "resource", "result"),
    [
        (None, PUBLIC, DENIED),
        (FOREIGN_USER, PUBLIC, DENIED),
        (FOREIGN_USER, MIXED, DENIED),
        (USER, PUBLIC, ALLOWED),
        (SERVICE, PUBLIC, ALLOWED),
        (FOREIGN_USER, granting({"AWS": B}), ALLOWED),
        (None, granting("*", Action="s3:PutObject"), SILENT),
        (None, granting("*", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), ALLOWED),
        (None, granting("*", Condition={"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}), DENIED),
    ],
)
def test_block_public_access_keeps_a_public_bucket_in_its_account(caller, resource, result):
    """ "Blocking public access to your Amazon S3 storage": RestrictPublicBuckets."""
    given = {"identity": (YES,), "block_public_access": True}
    context = {"aws:SourceIp": "203.0.113.9"}
    decision = decide(caller, resource=resource, context=context, **given)
    assert decision.result is result
    assert (decision.layer is Layer.BLOCK_PUBLIC_ACCESS) is (result is DENIED)


def test_carlos_and_his_buckets():
    """The example of "Policy evaluation for requests within a single account"."""
    carlos = f"arn:aws:iam::{A}:user/carlossalazar"
    own = policy(
        statement(
            Sid="AllowS3ListRead",
            Action=["s3:GetBucketLocation", "s3:ListAllMyBuckets"],
            Resource="arn:aws:s3:::*",
        ),
        statement(
            Sid="AllowS3Self",
            Action="s3:*",
            Resource=["arn:aws:s3:::carlossalazar/*", "arn:aws:s3:::carlossalazar"],
        ),
        statement("Deny", Sid="DenyS3Logs", Action="s3:*", Resource="arn:aws:s3:::*log*"),
    )
    bucket = granting({"AWS": carlos}, Action="s3:*", Resource="arn:aws:s3:::carlossalazar/*")

    def ask(action, resource, guard=None):
        return evaluate(Request(carlos, action, resource, A), PolicySet((own,), resource=guard))

    assert ask("s3:PutObject", "arn:aws:s3:::carlossalazar-logs/x").result is DENIED
    assert ask("s3:PutObject", "arn:aws:s3:::carlossalazar/x", bucket).result is ALLOWED
    assert ask("s3:PutObject", "arn:aws:s3:::somebody-else/x").result is SILENT
    assert ask("s3:ListAllMyBuckets", "*").result is ALLOWED


@pytest.mark.parametrize(
    ("resource", "allowed"),
    [("*", True), (["arn:aws:ec2:*:*:instance/*"], False), ("arn:aws:ec2:*:*:*", False)],
)
def test_an_action_without_a_resource_needs_a_statement_on_everything(resource, allowed):
    own = policy(statement(Action="ec2:*", Resource=resource))
    asked = Request(USER, "ec2:DescribeInstances", "*", A, wildcard_only=True)
    assert evaluate(asked, PolicySet(identity=(own,))).allowed is allowed


def test_an_unknown_operator_fails_closed_both_ways():
    odd = {"StringResembles": {"aws:username": "bob"}}
    allow, deny = policy(statement(Condition=odd)), policy(statement("Deny", Condition=odd))
    assert decide(identity=(allow,)).result is SILENT
    decision = decide(identity=(YES, deny))
    assert decision.result is DENIED
    assert "StringResembles on aws:username" in decision.because


def test_an_unknown_operator_beside_a_condition_that_is_not_met_does_not_deny():
    both = {"StringResembles": {"k": "v"}, "StringEquals": {"aws:username": "alice"}}
    deny = policy(statement("Deny", Condition=both))
    assert decide(identity=(YES, deny)).allowed


def test_revoking_sessions_leaves_newer_ones_alone():
    """What AWSRevokeOlderSessions does."""
    condition = {"DateLessThan": {"aws:TokenIssueTime": "2026-11-24T03:00:00Z"}}
    revoke = policy(statement("Deny", Condition=condition), name="AWSRevokeOlderSessions")
    for issued, result in (("2026-11-24T02:59:59Z", DENIED), ("2026-11-24T03:00:00Z", ALLOWED)):
        context = {"aws:TokenIssueTime": issued}
        assert decide(SESSION, identity=(YES, revoke), context=context).result is result
    assert decide(USER, identity=(YES, revoke)).result is ALLOWED


@pytest.mark.parametrize(
    ("operator", "context", "result"),
    [
        ("BoolIfExists", {}, DENIED),
        ("BoolIfExists", {"aws:MultiFactorAuthPresent": "false"}, DENIED),
        ("BoolIfExists", {"aws:MultiFactorAuthPresent": "true"}, ALLOWED),
        ("Bool", {}, ALLOWED),
        ("Bool", {"aws:MultiFactorAuthPresent": "false"}, DENIED),
    ],
)
def test_a_plain_bool_misses_access_keys(operator, context, result):
    condition = {operator: {"aws:MultiFactorAuthPresent": "false"}}
    guard = policy(statement("Deny", Condition=condition))
    assert decide(identity=(YES, guard), context=context).result is result


def test_the_clock_of_this_machine_is_never_asked():
    after = policy(statement(Condition={"DateGreaterThan": {"aws:CurrentTime": "1970-01-02"}}))
    assert not decide(identity=(after,)).allowed
    assert decide(identity=(after,), context={"aws:CurrentTime": "2026-11-24T00:00:00Z"}).allowed


@pytest.mark.parametrize(
    ("wrong", "effect", "result"),
    [
        ({"Principal": "*"}, "Allow", SILENT),
        ({"Principal": "*"}, "Deny", DENIED),
        ({"Resource": None}, "Allow", SILENT),
        ({"Resource": None}, "Deny", DENIED),
    ],
)
def test_a_statement_aws_would_refuse_on_an_identity_only_denies(wrong, effect, result):
    fields = {key: value for key, value in {**statement(effect), **wrong}.items() if value}
    given = (policy(fields),) if effect == "Allow" else (YES, policy(fields))
    assert decide(identity=given).result is result


@pytest.mark.parametrize(
    ("version", "result"),
    [({"Version": "2012-10-17"}, ALLOWED), ({"Version": "2008-10-17"}, SILENT), ({}, SILENT)],
)
@pytest.mark.parametrize(
    "limits",
    [
        {"Resource": "arn:aws:s3:::b/${aws:PrincipalTag/key}", "Action": "*"},
        {"Condition": {"StringEquals": {"aws:username": "${aws:PrincipalTag/name}"}}},
    ],
)
def test_only_the_newer_language_has_variables(version, result, limits):
    context = {"aws:PrincipalTag/key": "k", "aws:PrincipalTag/name": "bob"}
    fields = {"Effect": "Allow", "Resource": "*", "Action": "*", **limits}
    own = Policy.parse({**version, "Statement": fields})
    assert decide(identity=(own,), context=context).result is result
