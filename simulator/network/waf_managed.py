"""AWS's managed rule groups, approximated: the rules' real names, each with a pattern of ours.

AWS does not publish what its rules look for. These find the textbook form of each attack. A group
that is not here matches nothing, and the verdict says that it was not simulated. Sources: "Baseline
rule groups", "Use-case specific rule groups", "IP reputation rule groups".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.network.waf_statements import CROSS_SITE_SCRIPTING, SQL_INJECTION

_DECODED = ({"Priority": 0, "Type": "URL_DECODE"}, {"Priority": 1, "Type": "HTML_ENTITY_DECODE"})
_FIELDS: dict[str, dict[str, Any]] = {
    "URIPATH": {"UriPath": {}},
    "QUERYARGUMENTS": {"AllQueryArguments": {}},
    "QUERYSTRING": {"QueryString": {}},
    "BODY": {"Body": {"OversizeHandling": "CONTINUE"}},
    "COOKIE": {"Cookies": {"MatchPattern": {"All": {}}, "MatchScope": "VALUE"}},
    "HEADER": {"Headers": {"MatchPattern": {"All": {}}, "MatchScope": "VALUE"}},
}
_METADATA = r"169\.254\.169\.254|169\.254\.170\.2|fd00:ec2::254"
_LOCAL_FILES = r"\.\./|/etc/passwd|/proc/self|c:\\windows"
_REMOTE_FILES = r"(?i)^(https?|ftps?|file)://(\d{1,3}\.){3}\d{1,3}"
_LOG4J = r"(?i)\$\{jndi:"
_JAVA = r"(?i)\(java\.lang\.runtime\)\.getruntime\(\)|rO0AB"
_EXPLOITABLE = r"(?i)/\.git/|/\.env$|/web-inf/|/\.aws/credentials"
_ADMIN = r"(?i)/(wp-admin|sqlmanager|phpmyadmin|admin)(/|$)"
_BOTS = r"(?i)nessus|nmap|nikto|sqlmap|masscan"


def _text(pattern: str, field: Mapping[str, Any]) -> dict[str, Any]:
    options = {"RegexString": pattern, "FieldToMatch": field, "TextTransformations": _DECODED}
    return {"RegexMatchStatement": options}


def _longer(size: int, field: Mapping[str, Any]) -> dict[str, Any]:
    options = {"Size": size, "ComparisonOperator": "GT", "FieldToMatch": field}
    return {"SizeConstraintStatement": options}


def _everywhere(prefix: str, pattern: str, *places: str) -> dict[str, dict[str, Any]]:
    return {f"{prefix}_{place}": _text(pattern, _FIELDS[place]) for place in places}


def _header(name: str, pattern: str) -> dict[str, Any]:
    return _text(pattern, {"SingleHeader": {"Name": name}})


_NO_AGENT = {"NotStatement": {"Statement": _header("user-agent", r"\S")}}

GROUPS: dict[str, dict[str, dict[str, Any]]] = {
    "AWSManagedRulesCommonRuleSet": {
        "NoUserAgent_HEADER": _NO_AGENT,
        "UserAgent_BadBots_HEADER": _header("user-agent", _BOTS),
        "SizeRestrictions_QUERYSTRING": _longer(2048, _FIELDS["QUERYSTRING"]),
        "SizeRestrictions_Cookie_HEADER": _longer(10240, {"SingleHeader": {"Name": "cookie"}}),
        "SizeRestrictions_BODY": _longer(8192, _FIELDS["BODY"]),
        "SizeRestrictions_URIPATH": _longer(1024, _FIELDS["URIPATH"]),
        **_everywhere("EC2MetaDataSSRF", _METADATA, "BODY", "COOKIE", "URIPATH", "QUERYARGUMENTS"),
        **_everywhere("GenericLFI", _LOCAL_FILES, "QUERYARGUMENTS", "URIPATH", "BODY"),
        **_everywhere("GenericRFI", _REMOTE_FILES, "QUERYARGUMENTS", "BODY", "URIPATH"),
        **_everywhere(
            "CrossSiteScripting",
            CROSS_SITE_SCRIPTING,
            "COOKIE",
            "QUERYARGUMENTS",
            "BODY",
            "URIPATH",
        ),
    },
    "AWSManagedRulesSQLiRuleSet": _everywhere(
        "SQLi", SQL_INJECTION, "QUERYARGUMENTS", "BODY", "COOKIE", "URIPATH"
    ),
    "AWSManagedRulesKnownBadInputsRuleSet": {
        **_everywhere("JavaDeserializationRCE", _JAVA, "HEADER", "BODY", "URIPATH", "QUERYSTRING"),
        "Host_localhost_HEADER": _header("host", r"(?i)^localhost(:\d+)?$"),
        "PROPFIND_METHOD": _text(r"^PROPFIND$", {"Method": {}}),
        "ExploitablePaths_URIPATH": _text(_EXPLOITABLE, _FIELDS["URIPATH"]),
        **_everywhere("Log4JRCE", _LOG4J, "HEADER", "QUERYSTRING", "BODY", "URIPATH"),
    },
    "AWSManagedRulesAdminProtectionRuleSet": {
        "AdminProtection_URIPATH": _text(_ADMIN, _FIELDS["URIPATH"])
    },
    "AWSManagedRulesLinuxRuleSet": _everywhere(
        "LFI", _LOCAL_FILES, "URIPATH", "QUERYSTRING", "HEADER"
    ),
    "AWSManagedRulesAmazonIpReputationList": {
        "AWSManagedIPReputationList": {"IPSetReferenceStatement": {"ARN": "reputation"}}
    },
    "AWSManagedRulesAnonymousIpList": {
        "AnonymousIPList": {"IPSetReferenceStatement": {"ARN": "anonymous"}}
    },
}


def managed_rules(vendor: str, name: str) -> list[dict[str, Any]] | None:
    """The rules of a managed group, as the API would spell them; None: not simulated."""
    if vendor != "AWS" or name not in GROUPS:
        return None
    return [
        {
            "Name": rule,
            "Priority": place,
            "Statement": statement,
            "Action": {"Block": {}},
            "RuleLabels": [{"Name": f"awswaf:managed:aws:{_LABELS[name]}:{_label(rule)}"}],
        }
        for place, (rule, statement) in enumerate(GROUPS[name].items())
    ]


_LABELS = {
    "AWSManagedRulesCommonRuleSet": "core-rule-set",
    "AWSManagedRulesSQLiRuleSet": "sql-database",
    "AWSManagedRulesKnownBadInputsRuleSet": "known-bad-inputs",
    "AWSManagedRulesAdminProtectionRuleSet": "admin-protection",
    "AWSManagedRulesLinuxRuleSet": "linux-os",
    "AWSManagedRulesAmazonIpReputationList": "amazon-ip-list",
    "AWSManagedRulesAnonymousIpList": "anonymous-ip-list",
}
_PLACES = {
    "HEADER": "Header",
    "BODY": "Body",
    "COOKIE": "Cookie",
    "URIPATH": "URIPath",
    "QUERYARGUMENTS": "QueryArguments",
    "QUERYSTRING": "QueryString",
    "METHOD": "Method",
}


def _label(rule: str) -> str:
    name, _, place = rule.rpartition("_")
    name = name.removeprefix("UserAgent_")
    return f"{name}_{_PLACES[place]}" if place in _PLACES else rule
