"""What a web ACL of AWS WAF does with an HTTP request.

Rules in the order of their priorities; the first that matches with a terminating action decides,
Count goes on, and the default action is for what is left. A managed group is approximated, which
the verdict says. Sources: "How AWS WAF handles rule and rule group actions", "Setting rule
priority", "Overriding rule group actions in AWS WAF", "Labels on web requests".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.network.waf_managed import managed_rules
from simulator.network.waf_rates import Rates
from simulator.network.waf_request import HttpRequest
from simulator.network.waf_statements import Look, Surroundings, matches

Rule = Mapping[str, Any]
_STATUS = {"BLOCK": 403, "CAPTCHA": 405, "CHALLENGE": 202}


@dataclass(frozen=True, slots=True)
class WebAcl:
    """A web ACL: `rules` as GetWebACL gives them."""

    arn: str
    default_action: str = "ALLOW"
    rules: tuple[Rule, ...] = ()
    around: Surroundings = field(default_factory=Surroundings)


@dataclass(frozen=True, slots=True)
class WafVerdict:
    """What became of a request."""

    action: str
    """ALLOW, BLOCK, CAPTCHA or CHALLENGE. The last two let in who solves them: nobody does here."""
    rule: str
    """The rule that ended it, or Default_Action."""
    counted: tuple[str, ...] = ()
    """Rules that matched and only counted."""
    labels: tuple[str, ...] = ()
    approximated: tuple[str, ...] = ()
    """Managed rule groups that were asked in our approximation."""
    not_simulated: tuple[str, ...] = ()
    """Managed rule groups that matched nothing because nothing is known of them."""
    custom_status: int | None = None

    @property
    def allowed(self) -> bool:
        """Whether the request gets to what is protected."""
        return self.action == "ALLOW"

    @property
    def status(self) -> int | None:
        """The HTTP status that AWS WAF answers with; None where it lets the request through."""
        return None if self.allowed else self.custom_status or _STATUS[self.action]

    @property
    def why(self) -> str:
        """One sentence."""
        by = "by default" if self.rule == "Default_Action" else f"by rule {self.rule}"
        return f"The web ACL answers {self.action} {by}."


def inspect(acl: WebAcl, request: HttpRequest, rates: Rates) -> WafVerdict:
    """What a web ACL does with a request. `rates` remembers it for rate-based rules.

    Raises:
        NotSimulated: a rule asks for what is not known here.
    """
    around = acl.around
    lists = {"reputation": around.ill_reputed, "anonymous": around.anonymizing}
    look = Look(request, replace(around, ip_sets={**around.ip_sets, **lists}), rates, [])
    progress = _Progress(look, [], [], [])
    ended = progress.through(acl.rules, acl.arn, {})
    action, rule, status = ended or (acl.default_action, "Default_Action", None)
    return WafVerdict(
        action,
        rule,
        tuple(progress.counted),
        tuple(look.labels),
        tuple(progress.approximated),
        tuple(progress.unknown),
        status,
    )


_Ended = tuple[str, str, int | None]


@dataclass(slots=True)
class _Progress:
    look: Look
    counted: list[str]
    approximated: list[str]
    unknown: list[str]

    def through(
        self, rules: Iterable[Rule], path: str, overrides: Mapping[str, Any]
    ) -> _Ended | None:
        """Ask rule after rule; what ended it, or None."""
        for rule in sorted(rules, key=lambda rule: int(rule["Priority"])):
            kind, options = next(iter(rule["Statement"].items()))
            if kind in {"ManagedRuleGroupStatement", "RuleGroupReferenceStatement"}:
                ended = self._group(rule, options, f"{path}/{rule['Name']}")
            else:
                ended = self._single(rule, path, overrides.get(rule["Name"]))
            if ended is not None:
                return ended
        return None

    def _single(self, rule: Rule, path: str, override: Any) -> _Ended | None:
        self.look.rule = f"{path}/{rule['Name']}"
        if not matches(rule["Statement"], self.look):
            return None
        self.look.labels += [one["Name"] for one in rule.get("RuleLabels") or ()]
        action, options = next(iter((override or rule["Action"]).items()))
        if action == "Count":
            self.counted.append(rule["Name"])
            return None
        custom = (options or {}).get("CustomResponse") or {}
        return action.upper(), rule["Name"], custom.get("ResponseCode")

    def _group(self, rule: Rule, options: Mapping[str, Any], path: str) -> _Ended | None:
        narrowed = options.get("ScopeDownStatement")
        if narrowed and not matches(narrowed, self.look):
            return None
        ended = self.through(self._rules_of(options), path, _overrides(options))
        if ended is not None and "Count" in (rule.get("OverrideAction") or {}):
            self.counted.append(rule["Name"])
            return None
        return ended

    def _rules_of(self, options: Mapping[str, Any]) -> Iterable[Rule]:
        if "ARN" in options:
            return self.look.around.groups[options["ARN"]]
        name = options["Name"]
        known = managed_rules(options["VendorName"], name)
        (self.unknown if known is None else self.approximated).append(name)
        return known or ()


def _overrides(options: Mapping[str, Any]) -> dict[str, Any]:
    excluded: dict[str, Any] = {
        one["Name"]: {"Count": {}} for one in options.get("ExcludedRules") or ()
    }
    return excluded | {
        one["Name"]: one["ActionToUse"] for one in options.get("RuleActionOverrides") or ()
    }
