import pytest

from simulator.iam.decision import Decision, Layer, Result

BOB = "arn:aws:iam::123456789012:user/bob"
ACTION = "codedeploy:ListDeployments"
GROUP = "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:*"


def message(result, layer, action=ACTION, resource=GROUP):
    return Decision(result, layer, "because").message(BOB, action, resource)


@pytest.mark.parametrize(
    ("layer", "explicit", "implicit"),
    [
        (Layer.IDENTITY, "an identity-based policy", "identity-based policy"),
        (Layer.RESOURCE, "a resource-based policy", "resource-based policy"),
        (Layer.BOUNDARY, "a permissions boundary", "permissions boundary"),
        (Layer.SESSION, "a session policy", "session policy"),
        (Layer.SCP, "a service control policy", "service control policy"),
        (Layer.RCP, "a resource control policy", "resource control policy"),
        (Layer.ENDPOINT, "a VPC endpoint policy", "VPC endpoint policy"),
    ],
)
def test_the_words_for_each_kind_of_policy(layer, explicit, implicit):
    """ "Troubleshoot access denied error messages"."""
    opening = f"User: {BOB} is not authorized to perform: {ACTION} on resource: {GROUP}"
    denied = message(Result.EXPLICITLY_DENIED, layer)
    silent = message(Result.IMPLICITLY_DENIED, layer)
    assert denied == f"{opening} with an explicit deny in {explicit}"
    assert silent == f"{opening} because no {implicit} allows the {ACTION} action"


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (Result.EXPLICITLY_DENIED, "with an explicit deny in the role trust policy"),
        (Result.IMPLICITLY_DENIED, "because no role trust policy allows the sts:AssumeRole action"),
    ],
)
def test_a_role_has_a_trust_policy(result, reason):
    role = "arn:aws:iam::123456789012:role/app"
    assert message(result, Layer.RESOURCE, "sts:AssumeRole", role).endswith(f"{role} {reason}")


def test_s3_quotes_the_resource():
    said = message(Result.IMPLICITLY_DENIED, Layer.IDENTITY, "s3:GetObject", "arn:aws:s3:::b/k")
    assert ' on resource: "arn:aws:s3:::b/k" because no ' in said


def test_no_resource_is_named_where_there_is_none():
    said = message(Result.IMPLICITLY_DENIED, Layer.IDENTITY, "s3:ListAllMyBuckets", "*")
    assert "perform: s3:ListAllMyBuckets because no identity-based policy allows" in said


def test_block_public_access_names_its_setting():
    said = message(
        Result.EXPLICITLY_DENIED, Layer.BLOCK_PUBLIC_ACCESS, "s3:GetObject", "arn:aws:s3:::b/k"
    )
    assert said.endswith("the RestrictPublicBuckets setting in S3 Block Public Access")


@pytest.mark.parametrize(
    ("result", "allowed"),
    [
        (Result.ALLOWED, True),
        (Result.IMPLICITLY_DENIED, False),
        (Result.EXPLICITLY_DENIED, False),
    ],
)
def test_only_one_result_lets_the_request_on(result, allowed):
    assert Decision(result, Layer.IDENTITY, "").allowed is allowed
