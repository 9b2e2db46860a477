import pytest

from simulator.iam.principals import Kind, Reach, caller, is_principal_name, parse

A = "123456789012"
ROLE = f"arn:aws:iam::{A}:role/app"
PATH_ROLE = f"arn:aws:iam::{A}:role/team/app"
SESSION = f"arn:aws:sts::{A}:assumed-role/app/one"
OTHER_SESSION = f"arn:aws:sts::{A}:assumed-role/app/two"
USER = f"arn:aws:iam::{A}:user/team/bob"
ALICE = f"arn:aws:iam::{A}:user/alice"
FEDERATED = f"arn:aws:sts::{A}:federated-user/fay"
ROOT = f"arn:aws:iam::{A}:root"
SERVICE = "cloudtrail.amazonaws.com"
PROVIDER = f"arn:aws:iam::{A}:oidc-provider/token.actions.example.com"
FOREIGN = "arn:aws:iam::999999999999:user/bob"


def who(principal, principal_arn=None, user_id=None):
    return caller(principal, principal_arn, user_id)


@pytest.mark.parametrize(
    ("principal", "kind", "account"),
    [
        (None, Kind.ANONYMOUS, None),
        (ROOT, Kind.ROOT, A),
        (USER, Kind.USER, A),
        (ROLE, Kind.ROLE, A),
        (SESSION, Kind.ROLE_SESSION, A),
        (FEDERATED, Kind.FEDERATED_USER, A),
        (SERVICE, Kind.SERVICE, None),
        (PROVIDER, Kind.IDENTITY_PROVIDER, A),
        ("accounts.google.com", Kind.IDENTITY_PROVIDER, None),
        ("nonsense", Kind.IDENTITY_PROVIDER, None),
    ],
)
def test_kinds_of_callers(principal, kind, account):
    known = who(principal)
    assert (known.kind, known.account) == (kind, account)


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        (
            USER,
            {
                "aws:principalarn": (USER,),
                "aws:principalaccount": (A,),
                "aws:principaltype": ("User",),
                "aws:principalisawsservice": ("false",),
                "aws:username": ("bob",),
            },
        ),
        (
            SESSION,
            {
                "aws:principalarn": (ROLE,),
                "aws:principalaccount": (A,),
                "aws:principaltype": ("AssumedRole",),
                "aws:principalisawsservice": ("false",),
            },
        ),
        (
            SERVICE,
            {"aws:principalisawsservice": ("true",), "aws:principalservicename": (SERVICE,)},
        ),
        (None, {"aws:principaltype": ("Anonymous",), "aws:userid": ("anonymous",)}),
    ],
)
def test_condition_keys_follow_from_the_caller(principal, expected):
    assert who(principal).context == expected


@pytest.mark.parametrize(
    ("element", "principal", "reach"),
    [
        ("*", None, Reach.DIRECT),
        ({"AWS": "*"}, None, Reach.DIRECT),
        ("*", SERVICE, Reach.DIRECT),
        ({"AWS": A}, None, Reach.NONE),
        ({"AWS": A}, USER, Reach.ACCOUNT),
        ({"AWS": ROOT}, SESSION, Reach.ACCOUNT),
        ({"AWS": A}, ROOT, Reach.DIRECT),
        ({"AWS": ROOT}, ROOT, Reach.DIRECT),
        ({"AWS": A}, FOREIGN, Reach.NONE),
        ({"AWS": USER}, USER, Reach.DIRECT),
        ({"AWS": USER.upper()}, USER, Reach.NONE),
        ({"AWS": ROLE}, SESSION, Reach.ENTITY),
        ({"AWS": PATH_ROLE}, SESSION, Reach.ENTITY),
        ({"AWS": ROLE}, ROLE, Reach.ENTITY),
        ({"AWS": SESSION}, SESSION, Reach.DIRECT),
        ({"AWS": SESSION}, OTHER_SESSION, Reach.NONE),
        ({"AWS": f"arn:aws:sts::{A}:assumed-role/app/*"}, SESSION, Reach.NONE),
        ({"AWS": f"arn:aws:iam::{A}:role/*"}, SESSION, Reach.NONE),
        ({"AWS": FEDERATED}, FEDERATED, Reach.DIRECT),
        ({"AWS": [FOREIGN, ROLE, SESSION]}, SESSION, Reach.DIRECT),
        ({"Service": SERVICE}, SERVICE, Reach.DIRECT),
        ({"Service": ["sns.amazonaws.com"]}, SERVICE, Reach.NONE),
        ({"AWS": SERVICE}, SERVICE, Reach.NONE),
        ({"Federated": PROVIDER}, PROVIDER, Reach.DIRECT),
        ({"Federated": PROVIDER}, USER, Reach.NONE),
        ({"CanonicalUser": "79a59df900b949e5"}, USER, Reach.NONE),
    ],
)
def test_how_an_element_names_a_caller(element, principal, reach):
    assert parse(element, negated=False).reach(who(principal)) is reach


def test_a_given_principal_arn_tells_a_roles_path():
    session = who(SESSION, principal_arn=PATH_ROLE)
    assert parse({"AWS": PATH_ROLE}, negated=False).reach(session) is Reach.ENTITY
    assert parse({"AWS": ROLE}, negated=False).reach(session) is Reach.NONE


def test_the_user_behind_a_federated_user_can_be_named():
    element = parse({"AWS": USER}, negated=False)
    assert element.reach(who(FEDERATED, principal_arn=USER)) is Reach.ENTITY
    assert element.reach(who(FEDERATED)) is Reach.NONE


def test_unique_ids_name_users_and_roles():
    user = who(USER, user_id="AIDACKCEVSQ6C2EXAMPLE")
    session = who(SESSION, user_id="AROACKCEVSQ6C2EXAMPLE:one")
    assert parse({"AWS": "AIDACKCEVSQ6C2EXAMPLE"}, negated=False).reach(user) is Reach.DIRECT
    assert parse({"AWS": "AROACKCEVSQ6C2EXAMPLE"}, negated=False).reach(session) is Reach.ENTITY


def test_an_origin_access_identity_is_known_by_its_exact_name():
    identity = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1EXAMPLE"
    assert parse({"AWS": identity}, negated=False).reach(who(identity)) is Reach.DIRECT
    assert parse({"AWS": A}, negated=False).reach(who(identity)) is Reach.NONE


@pytest.mark.parametrize(
    ("listed", "principal", "spared"),
    [
        ([USER, ROOT], USER, True),
        ([USER], USER, True),
        ([USER, ROOT], ALICE, False),
        ([USER, ROOT], FOREIGN, False),
        ([ROOT], ALICE, True),
        ([SESSION, ROLE, ROOT], SESSION, True),
        ([SESSION, ROLE, ROOT], OTHER_SESSION, False),
        ([ROLE, ROOT], SESSION, True),
        ([ROLE], SESSION, True),
        ([FOREIGN], SESSION, False),
        ([USER], None, False),
    ],
)
def test_not_principal_spares_whom_it_lists(listed, principal, spared):
    """The examples of "AWS JSON policy elements: NotPrincipal" and their neighbours."""
    element = parse({"AWS": listed}, negated=True)
    assert (element.reach(who(principal), denies=True) is Reach.NONE) is spared


def test_not_principal_in_a_deny_spares_nobody_with_a_boundary():
    element = parse({"AWS": [USER, ROOT]}, negated=True)
    assert element.reach(who(USER), bounded=True, denies=True) is Reach.DIRECT
    assert element.reach(who(USER), bounded=True, denies=False) is Reach.NONE


@pytest.mark.parametrize(
    ("principal", "principal_arn", "expected"),
    [
        (f"arn:aws:sts::{A}:assumed-role/AWSServiceRoleForSupport/s", None, True),
        (SESSION, f"arn:aws:iam::{A}:role/aws-service-role/x.amazonaws.com/app", True),
        (f"arn:aws:sts::{A}:assumed-role/AWSServiceRoleForMe/s", ROLE, False),
        (SESSION, None, False),
        (USER, None, False),
    ],
)
def test_sessions_of_service_linked_roles(principal, principal_arn, expected):
    assert who(principal, principal_arn).service_linked is expected


@pytest.mark.parametrize(
    ("sort", "name", "expected"),
    [
        ("AWS", "*", True),
        ("AWS", A, True),
        ("AWS", USER, True),
        ("AWS", "AIDACKCEVSQ6C2EXAMPLE", True),
        ("AWS", "bob", False),
        ("AWS", "arn:aws:iam", False),
        ("Service", SERVICE, True),
        ("Service", "", False),
    ],
)
def test_shapes_of_principal_names(sort, name, expected):
    assert is_principal_name(sort, name) is expected


def test_a_canonical_user_is_named_by_its_id_alone():
    """As access control lists name accounts."""
    named = parse({"CanonicalUser": "ab" * 32}, negated=False)
    assert named.reach(who("ab" * 32)) is Reach.DIRECT
    assert named.reach(who("cd" * 32)) is Reach.NONE
    assert named.reach(who(USER)) is Reach.NONE
