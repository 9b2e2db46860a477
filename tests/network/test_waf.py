"""What a web ACL does with HTTP requests, rule by rule, and web ACLs that boto3 made."""

from dataclasses import replace
from typing import Any

import pytest

from simulator.network.survey import survey
from simulator.network.survey_waf import web_acl
from simulator.network.waf import WafVerdict, WebAcl, inspect
from simulator.network.waf_rates import Rates
from simulator.network.waf_request import HttpRequest, NotSimulated
from simulator.network.waf_statements import Surroundings

BAD = "198.51.100.7"
GOOD = "203.0.113.7"
PLAIN: list[dict[str, Any]] = [{"Priority": 0, "Type": "NONE"}]
AROUND = Surroundings(
    ip_sets={"bad": ("198.51.100.0/24", "2001:db8::/32")},
    patterns={"files": (r"\.php$", r"\.asp$")},
    groups={},
    countries={"198.51.100.0/24": "DE", "203.0.113.0/24": "AU"},
    ill_reputed=("198.51.100.0/28",),
)
FROM_BAD = {"IPSetReferenceStatement": {"ARN": "bad"}}


def rule(name: str, priority: int, statement: dict[str, Any], **more: Any) -> dict[str, Any]:
    action = {} if "OverrideAction" in more else {"Action": {"Block": {}}}
    return {"Name": name, "Priority": priority, "Statement": statement, **action, **more}


def asked(*rules: dict[str, Any], request: HttpRequest, **more: Any) -> WafVerdict:
    return inspect(WebAcl("acl", rules=rules, around=AROUND, **more), request, Rates())


def text(
    value: str, field: dict[str, Any], how: str = "CONTAINS", changes: list[str] | None = None
) -> dict[str, Any]:
    return {
        "ByteMatchStatement": {
            "SearchString": value.encode(),
            "FieldToMatch": field,
            "PositionalConstraint": how,
            "TextTransformations": [
                {"Priority": place, "Type": name} for place, name in enumerate(changes or ["NONE"])
            ],
        }
    }


def geo(*countries: str, **more: Any) -> dict[str, Any]:
    return {"GeoMatchStatement": {"CountryCodes": list(countries), **more}}


def regex(pattern: str, field: dict[str, Any]) -> dict[str, Any]:
    return {
        "RegexMatchStatement": {
            "RegexString": pattern, "FieldToMatch": field, "TextTransformations": PLAIN,
        }
    }  # fmt: skip


def size(compare: str, limit: int, field: dict[str, Any]) -> dict[str, Any]:
    return {
        "SizeConstraintStatement": {
            "ComparisonOperator": compare, "Size": limit, "FieldToMatch": field,
            "TextTransformations": PLAIN,
        }
    }  # fmt: skip


PATH: dict[str, Any] = {"UriPath": {}}
QUERY: dict[str, Any] = {"QueryString": {}}
BODY: dict[str, Any] = {"Body": {}}
FORWARDED = {"HeaderName": "X-Forwarded-For", "FallbackBehavior": "MATCH", "Position": "FIRST"}
AGENT = {"SingleHeader": {"Name": "user-agent"}}

STATEMENTS = [
    pytest.param(FROM_BAD, HttpRequest(BAD), HttpRequest(GOOD), id="IP set"),
    pytest.param(FROM_BAD, HttpRequest("2001:db8::1"), HttpRequest("2001:db9::1"), id="IPv6"),
    pytest.param(
        {"IPSetReferenceStatement": {"ARN": "bad", "IPSetForwardedIPConfig": FORWARDED}},
        HttpRequest(GOOD, headers=(("x-forwarded-for", f"{BAD}, 10.0.0.1"),)),
        HttpRequest(BAD, headers=(("X-Forwarded-For", f"{GOOD}, {BAD}"),)),
        id="IP set, address out of a header",
    ),
    pytest.param(
        {"IPSetReferenceStatement": {"ARN": "bad", "IPSetForwardedIPConfig": FORWARDED}},
        HttpRequest(GOOD, headers=(("X-Forwarded-For", "garbage"),)),
        HttpRequest(GOOD, headers=(("X-Forwarded-For", GOOD),)),
        id="IP set, header without an address: fallback",
    ),
    pytest.param(geo("DE", "FR"), HttpRequest(BAD), HttpRequest(GOOD), id="Country"),
    pytest.param(
        text("/admin", PATH, "STARTS_WITH"),
        HttpRequest(GOOD, "/admin/x"),
        HttpRequest(GOOD, "/x/admin"),
        id="String: starts with",
    ),
    pytest.param(
        text("cat", PATH, "CONTAINS_WORD"),
        HttpRequest(GOOD, "/a/cat"),
        HttpRequest(GOOD, "/category"),
        id="String: contains word",
    ),
    pytest.param(
        text("../", QUERY, "CONTAINS", ["URL_DECODE", "LOWERCASE"]),
        HttpRequest(GOOD, query="f=%2e%2e%2fetc"),
        HttpRequest(GOOD, query="f=%2e%2e"),
        id="String: after decoding",
    ),
    pytest.param(
        text("POST", {"Method": {}}, "EXACTLY"),
        HttpRequest(GOOD, method="POST"),
        HttpRequest(GOOD),
        id="String: method",
    ),
    pytest.param(
        text("curl", AGENT),
        HttpRequest(GOOD, headers=(("User-Agent", "curl/8"),)),
        HttpRequest(GOOD, headers=(("Referer", "curl/8"),)),
        id="String: a header",
    ),
    pytest.param(
        text("x", {"SingleQueryArgument": {"Name": "q"}}, "EXACTLY"),
        HttpRequest(GOOD, query="a=1&q=x"),
        HttpRequest(GOOD, query="q=1&a=x"),
        id="String: a query argument",
    ),
    pytest.param(
        text("secret", {"Cookies": {"MatchPattern": {"All": {}}, "MatchScope": "KEY"}}),
        HttpRequest(GOOD, headers=(("Cookie", "a=1; secret=2"),)),
        HttpRequest(GOOD, headers=(("Cookie", "a=secret"),)),
        id="String: names of cookies",
    ),
    pytest.param(
        regex(r"^/v\d+/", PATH), HttpRequest(GOOD, "/v1/"), HttpRequest(GOOD, "/vx/"), id="Regex"
    ),
    pytest.param(
        {
            "RegexPatternSetReferenceStatement": {
                "ARN": "files", "FieldToMatch": PATH, "TextTransformations": PLAIN,
            }
        },
        HttpRequest(GOOD, "/x.asp"),
        HttpRequest(GOOD, "/x.html"),
        id="Regex pattern set",
    ),
    pytest.param(
        size("GT", 5, QUERY),
        HttpRequest(GOOD, query="123456"),
        HttpRequest(GOOD, query="12345"),
        id="Size",
    ),
    pytest.param(
        size("GT", 8192, BODY),
        HttpRequest(GOOD, body="x" * 8193),
        HttpRequest(GOOD, body="x" * 8192),
        id="Size of the whole body",
    ),
    pytest.param(
        text("evil", {"Body": {"OversizeHandling": "CONTINUE"}}),
        HttpRequest(GOOD, body="evil" + "x" * 9000),
        HttpRequest(GOOD, body="x" * 9000 + "evil"),
        id="Only the beginning of a body is inspected",
    ),
    pytest.param(
        text("evil", {"Body": {"OversizeHandling": "MATCH"}}),
        HttpRequest(GOOD, body="x" * 9000),
        HttpRequest(GOOD, body="x"),
        id="Oversize may count as a match",
    ),
    pytest.param(
        {"AndStatement": {"Statements": [FROM_BAD, text("/a", PATH)]}},
        HttpRequest(BAD, "/a"),
        HttpRequest(BAD, "/b"),
        id="And",
    ),
    pytest.param(
        {"OrStatement": {"Statements": [FROM_BAD, text("/a", PATH)]}},
        HttpRequest(GOOD, "/a"),
        HttpRequest(GOOD, "/b"),
        id="Or",
    ),
    pytest.param(
        {"NotStatement": {"Statement": FROM_BAD}}, HttpRequest(GOOD), HttpRequest(BAD), id="Not"
    ),
    pytest.param(
        {"SqliMatchStatement": {"FieldToMatch": {"AllQueryArguments": {}},
                                "TextTransformations": PLAIN}},
        HttpRequest(GOOD, query="id=1'+OR+'1'='1"),
        HttpRequest(GOOD, query="q=orange+or+apple"),
        id="SQL injection",
    ),
    pytest.param(
        {"XssMatchStatement": {"FieldToMatch": BODY, "TextTransformations": PLAIN}},
        HttpRequest(GOOD, body="<script>alert(1)</script>"),
        HttpRequest(GOOD, body="a script"),
        id="Cross-site scripting",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "hit", "miss"), STATEMENTS)
def test_a_statement_is_true_of_some_requests_and_not_of_others(
    statement: dict[str, Any], hit: HttpRequest, miss: HttpRequest
) -> None:
    """ "Using rule statements in AWS WAF", each by its own page."""
    blocked = asked(rule("it", 0, statement), request=hit)
    assert (blocked.action, blocked.rule, blocked.status) == ("BLOCK", "it", 403)
    passed = asked(rule("it", 0, statement), request=miss)
    assert (passed.action, passed.rule, passed.status) == ("ALLOW", "Default_Action", None)


def test_the_lowest_priority_that_ends_it_decides() -> None:
    """ "Setting rule priority", "How AWS WAF handles rule and rule group actions"."""
    let_in = rule("friends", 1, text("/status", PATH), Action={"Allow": {}})
    count = rule("watch", 0, FROM_BAD, Action={"Count": {}})
    block = rule("block", 2, FROM_BAD)
    found = asked(block, count, let_in, request=HttpRequest(BAD, "/status"))
    assert (found.action, found.rule, found.counted) == ("ALLOW", "friends", ("watch",))
    found = asked(block, count, let_in, request=HttpRequest(BAD, "/"))
    assert (found.action, found.rule, found.counted) == ("BLOCK", "block", ("watch",))
    assert "rule block" in found.why


def test_counting_lets_through_and_the_default_may_be_block() -> None:
    count = rule("watch", 0, FROM_BAD, Action={"Count": {}})
    assert asked(count, request=HttpRequest(BAD)).allowed
    found = asked(count, request=HttpRequest(GOOD), default_action="BLOCK")
    assert (found.allowed, found.rule, found.counted) == (False, "Default_Action", ())


def test_a_custom_response_has_its_status() -> None:
    block = {"Block": {"CustomResponse": {"ResponseCode": 429}}}
    assert asked(rule("slow", 0, FROM_BAD, Action=block), request=HttpRequest(BAD)).status == 429


def test_labels_are_there_for_later_rules() -> None:
    """ "Labels on web requests", "Label match rule statement"."""
    mark = rule(
        "mark", 0, FROM_BAD, Action={"Count": {}},
        RuleLabels=[{"Name": "awswaf:1:webacl:w:seen:bad"}],
    )  # fmt: skip
    by_label = rule("it", 1, {"LabelMatchStatement": {"Scope": "LABEL", "Key": "seen:bad"}})
    by_space = rule("it", 1, {"LabelMatchStatement": {"Scope": "NAMESPACE", "Key": "seen:"}})
    other = rule("it", 1, {"LabelMatchStatement": {"Scope": "LABEL", "Key": "bad:seen"}})
    for second, blocked in ((by_label, True), (by_space, True), (other, False)):
        assert asked(mark, second, request=HttpRequest(BAD)).allowed is not blocked
        assert asked(mark, second, request=HttpRequest(GOOD)).allowed


def rated(**more: Any) -> WebAcl:
    options = {"Limit": 100, "AggregateKeyType": "IP", **more}
    return WebAcl("acl", rules=(rule("rate", 0, {"RateBasedStatement": options}),), around=AROUND)


def flood(acl: WebAcl, count: int, request: HttpRequest, apart: float = 1.0) -> list[bool]:
    rates = Rates()
    return [inspect(acl, replace(request, time=at * apart), rates).allowed for at in range(count)]


def test_a_rate_based_rule_stops_what_is_over_the_limit() -> None:
    """ "Using rate-based rule statements in AWS WAF": five minutes by default."""
    assert flood(rated(), 150, HttpRequest(BAD)) == [True] * 100 + [False] * 50
    assert all(flood(rated(), 150, HttpRequest(BAD), apart=3.0))
    assert all(flood(rated(EvaluationWindowSec=60), 150, HttpRequest(BAD)))


def test_each_address_has_its_own_rate_and_a_scope_may_be_narrower() -> None:
    rates, acl = Rates(), rated()
    for _ in range(101):
        inspect(acl, HttpRequest(BAD), rates)
    assert not inspect(acl, HttpRequest(BAD), rates).allowed
    assert inspect(acl, HttpRequest(GOOD), rates).allowed
    login = rated(ScopeDownStatement=text("/login", PATH))
    assert all(flood(login, 150, HttpRequest(BAD, "/")))
    assert not all(flood(login, 150, HttpRequest(BAD, "/login")))


def managed(name: str, **more: Any) -> dict[str, Any]:
    override = more.pop("OverrideAction", {"None": {}})
    statement = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": name, **more}}
    return rule("managed", 0, statement, OverrideAction=override)


AGENTS = (("User-Agent", "Mozilla/5.0"),)
MANAGED = [
    ("CommonRuleSet", HttpRequest(BAD), "NoUserAgent_HEADER"),
    (
        "CommonRuleSet",
        HttpRequest(BAD, headers=(("User-Agent", "Nikto"),)),
        "UserAgent_BadBots_HEADER",
    ),
    (
        "CommonRuleSet",
        HttpRequest(BAD, query="u=http://169.254.169.254/latest", headers=AGENTS),
        "EC2MetaDataSSRF_QUERYARGUMENTS",
    ),
    ("CommonRuleSet", HttpRequest(BAD, body="x" * 8193, headers=AGENTS), "SizeRestrictions_BODY"),
    ("SQLiRuleSet", HttpRequest(BAD, query="q=1+UNION+SELECT+1"), "SQLi_QUERYARGUMENTS"),
    (
        "KnownBadInputsRuleSet",
        HttpRequest(BAD, headers=(("X-Api", "${jndi:ldap://x}"),)),
        "Log4JRCE_HEADER",
    ),
    ("AdminProtectionRuleSet", HttpRequest(BAD, "/wp-admin/"), "AdminProtection_URIPATH"),
    ("AmazonIpReputationList", HttpRequest(BAD), "AWSManagedIPReputationList"),
]


@pytest.mark.parametrize(("name", "request_", "ended"), MANAGED)
def test_managed_groups_find_the_textbook_attack(
    name: str, request_: HttpRequest, ended: str
) -> None:
    """ "Baseline rule groups", "Use-case specific rule groups": the rules' names are AWS's."""
    group = f"AWSManagedRules{name}"
    found = asked(managed(group), request=request_)
    assert (found.action, found.rule, found.approximated) == ("BLOCK", ended, (group,))
    innocent = HttpRequest(GOOD, "/", query="q=shoes", headers=(*AGENTS, ("Host", "example.com")))
    assert asked(managed(group), request=innocent).allowed


def test_a_groups_result_or_a_rule_of_it_may_be_made_to_count() -> None:
    """ "Overriding rule group actions in AWS WAF"."""
    group, bare = "AWSManagedRulesCommonRuleSet", HttpRequest(BAD)
    found = asked(managed(group, OverrideAction={"Count": {}}), request=bare)
    assert (found.allowed, found.counted) == (True, ("managed",))
    one = [{"Name": "NoUserAgent_HEADER", "ActionToUse": {"Count": {}}}]
    found = asked(managed(group, RuleActionOverrides=one), request=bare)
    assert (found.allowed, found.counted) == (True, ("NoUserAgent_HEADER",))
    assert found.labels == ("awswaf:managed:aws:core-rule-set:NoUserAgent_Header",)
    narrow = managed(group, ScopeDownStatement=text("/api", PATH))
    assert asked(narrow, request=bare).allowed
    assert not asked(narrow, request=HttpRequest(BAD, "/api")).allowed


def test_a_managed_group_that_is_not_known_says_so() -> None:
    found = asked(managed("AWSManagedRulesBotControlRuleSet"), request=HttpRequest(BAD))
    assert (found.allowed, found.not_simulated) == (True, ("AWSManagedRulesBotControlRuleSet",))


@pytest.mark.parametrize(
    "statement",
    [
        {"AsnMatchStatement": {"AsnList": [64496]}},
        text("x", {"JA3Fingerprint": {"FallbackBehavior": "MATCH"}}),
        text("x", PATH, changes=["JS_DECODE"]),
    ],
)
def test_what_is_not_known_is_refused_by_name(statement: dict[str, Any]) -> None:
    with pytest.raises(NotSimulated, match=r"Asn|JA3|JS_DECODE"):
        asked(rule("it", 0, statement), request=HttpRequest(BAD))


def test_a_web_acl_is_read_as_boto3_made_it(cloud: Any) -> None:
    waf, ec2, elbv2 = cloud.root("wafv2"), cloud.root("ec2"), cloud.root("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    balancer = elbv2.create_load_balancer(Name="web", Subnets=[subnet])["LoadBalancers"][0]
    arn = balancer["LoadBalancerArn"]
    seen = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "m"}
    common = {"Scope": "REGIONAL", "VisibilityConfig": seen}
    addresses = waf.create_ip_set(
        Name="bad", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=["198.51.100.0/24"]
    )["Summary"]["ARN"]

    def own(name: str, priority: int, statement: dict[str, Any], **more: Any) -> dict[str, Any]:
        return rule(name, priority, statement, VisibilityConfig=seen, **more)

    group = waf.create_rule_group(
        Name="own", Capacity=10, Rules=[own("countries", 0, geo("AU"))], **common
    )["Summary"]["ARN"]
    made = waf.create_web_acl(
        Name="front",
        DefaultAction={"Allow": {}},
        Rules=[
            own("mark", 0, text("admin", PATH), Action={"Count": {}},
                RuleLabels=[{"Name": "admin"}]),
            own("marked", 1, {"AndStatement": {"Statements": [
                {"IPSetReferenceStatement": {"ARN": addresses}},
                {"LabelMatchStatement": {"Scope": "LABEL", "Key": "admin"}},
            ]}}),
            own("group", 2, {"RuleGroupReferenceStatement": {"ARN": group}},
                OverrideAction={"None": {}}),
        ],
        **common,
    )["Summary"]  # fmt: skip
    assert web_acl(cloud.account, arn) is None
    waf.associate_web_acl(WebACLArn=made["ARN"], ResourceArn=arn)
    acl = web_acl(cloud.account, arn)
    assert acl is not None
    found = [
        inspect(acl, HttpRequest(*one), Rates()).rule
        for one in ((BAD, "/admin"), (BAD, "/"), (GOOD, "/admin"))
    ]
    assert found == ["marked", "Default_Action", "countries"]


def test_what_shield_advanced_protects_is_known(cloud: Any) -> None:
    ec2, shield = cloud.root("ec2"), cloud.root("shield")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    arn = f"arn:aws:ec2:us-east-1:{cloud.account.id}:eip-allocation/{address}"
    assert survey(cloud.account).network.shielded == frozenset()
    shield.create_subscription()
    shield.create_protection(Name="front", ResourceArn=arn)
    assert survey(cloud.account).network.shielded == {arn}
