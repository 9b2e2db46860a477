"""Rules on databases, load balancers, web ACLs and firewalls of the Region.

Source: "List of AWS Config Managed Rules" (AWS Config Developer Guide).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from simulator.account.account import Account
from simulator.account.state import state_of
from simulator.controls.evaluation import Evaluation
from simulator.network.firewall_state import ATTRIBUTE

_INSPECTS = {"aws:drop", "aws:forward_to_sfe"}


def rds_snapshots_public_prohibited(account: Account, region: str) -> Iterator[Evaluation]:
    """No snapshot is shared with everybody."""
    for snapshot in _held(account, region, "rds", "database_snapshots"):
        public = "all" in (snapshot.attributes.get("restore") or ())
        yield _snapshot(snapshot, not public, "Anybody can restore the snapshot")


def rds_snapshot_encrypted(account: Account, region: str) -> Iterator[Evaluation]:
    """Snapshots are encrypted."""
    for snapshot in _held(account, region, "rds", "database_snapshots"):
        yield _snapshot(snapshot, bool(snapshot.encrypted), "The snapshot is not encrypted")


def rds_instance_public_access_check(account: Account, region: str) -> Iterator[Evaluation]:
    """No DB instance has a public address."""
    said = "The DB instance is publicly accessible"
    return _databases(account, region, lambda one: not one.publicly_accessible, said)


def rds_storage_encrypted(account: Account, region: str) -> Iterator[Evaluation]:
    """Storage is encrypted."""
    said = "The DB instance's storage is not encrypted"
    return _databases(account, region, lambda one: bool(one.storage_encrypted), said)


def rds_automatic_minor_version_upgrade_enabled(
    account: Account, region: str
) -> Iterator[Evaluation]:
    """Minor versions are taken by themselves."""
    said = "Minor versions are not taken by themselves"
    return _databases(account, region, lambda one: bool(one.auto_minor_version_upgrade), said)


def alb_http_to_https_redirection_check(account: Account, region: str) -> Iterator[Evaluation]:
    """HTTP listeners redirect to HTTPS, in all of their rules."""
    for balancer in _balancers(account, region):
        listeners = [one for one in balancer.listeners.values() if one.protocol == "HTTP"]
        good = all(_redirects(one) for one in listeners)
        if listeners:
            yield _balancer(balancer, good, "An HTTP listener does not redirect to HTTPS")


def elb_logging_enabled(account: Account, region: str) -> Iterator[Evaluation]:
    """Access logs are on."""
    for balancer in _balancers(account, region):
        good = balancer.attrs.get("access_logs.s3.enabled") == "true"
        yield _balancer(balancer, good, "Access logs are off")


def alb_waf_enabled(account: Account, region: str) -> Iterator[Evaluation]:
    """A web ACL stands in front."""
    guarded = {arn for one in _web_acls(account, region) for arn in one.associated_resources}
    for balancer in _balancers(account, region):
        yield _balancer(balancer, balancer.arn in guarded, "No web ACL is associated")


def wafv2_webacl_not_empty(account: Account, region: str) -> Iterator[Evaluation]:
    """Web ACLs have rules."""
    for one in _web_acls(account, region):
        yield _web_acl(one, bool(one.rules), "The web ACL has no rules")


def wafv2_logging_enabled(account: Account, region: str) -> Iterator[Evaluation]:
    """Web ACLs log."""
    state = state_of("wafv2", account.id, region)
    logged = set(state.logging_configurations) if state is not None else set()
    for one in _web_acls(account, region):
        yield _web_acl(one, one.arn in logged, "The web ACL logs nothing")


def netfw_logging_enabled(account: Account, region: str) -> Iterator[Evaluation]:
    """Firewalls log."""
    state = state_of("network-firewall", account.id, region)
    for arn, item in _firewall(account, region, "firewalls"):
        logging = state.firewalls[arn].logging_configs or {}
        good = bool(logging.get("LogDestinationConfigs"))
        kind = "AWS::NetworkFirewall::Firewall"
        yield Evaluation(kind, item["told"]["FirewallName"], arn, good, _unless(good, "No logs"))


def netfw_policy_rule_group_associated(account: Account, region: str) -> Iterator[Evaluation]:
    """Policies have rule groups."""
    names = ("StatefulRuleGroupReferences", "StatelessRuleGroupReferences")
    return _policies(account, region, lambda d: any(d.get(n) for n in names), "No rule groups")


def netfw_policy_default_action_full_packets(account: Account, region: str) -> Iterator[Evaluation]:
    """Whole packets are dropped or inspected by default."""
    return _default(account, region, "StatelessDefaultActions")


def netfw_policy_default_action_fragment_packets(
    account: Account, region: str
) -> Iterator[Evaluation]:
    """Fragments are dropped or inspected by default."""
    return _default(account, region, "StatelessFragmentDefaultActions")


def netfw_stateless_rule_group_not_empty(account: Account, region: str) -> Iterator[Evaluation]:
    """Stateless rule groups have rules."""
    for arn, item in _firewall(account, region, "rule_groups"):
        source = item["document"].get("RulesSource") or {}
        if item["told"].get("Type") == "STATELESS":
            rules = (source.get("StatelessRulesAndCustomActions") or {}).get("StatelessRules")
            said = _unless(bool(rules), "The rule group has no rules")
            kind = "AWS::NetworkFirewall::RuleGroup"
            yield Evaluation(kind, item["told"]["RuleGroupName"], arn, bool(rules), said)


def _held(account: Account, region: str, service: str, table: str) -> list[Any]:
    state = state_of(service, account.id, region)
    return list(getattr(state, table).values()) if state is not None else []


def _databases(
    account: Account, region: str, good: Callable[[Any], bool], said: str
) -> Iterator[Evaluation]:
    for one in _held(account, region, "rds", "databases"):
        holds, name = good(one), one.db_instance_identifier
        arn = f"arn:aws:rds:{region}:{account.id}:db:{name}"
        yield Evaluation("AWS::RDS::DBInstance", name, arn, holds, _unless(holds, said))


def _snapshot(snapshot: Any, good: bool, said: str) -> Evaluation:
    name, arn = snapshot.db_snapshot_identifier, snapshot.db_snapshot_arn
    return Evaluation("AWS::RDS::DBSnapshot", name, arn, good, _unless(good, said))


def _balancers(account: Account, region: str) -> list[Any]:
    found = _held(account, region, "elbv2", "load_balancers")
    return [one for one in found if one.type == "application"]


def _redirects(listener: Any) -> bool:
    return all(
        any(
            action.data.get("Type") == "redirect"
            and (action.data.get("RedirectConfig") or {}).get("Protocol") == "HTTPS"
            for action in rule.actions
        )
        for rule in listener.rules.values()
    )


def _balancer(balancer: Any, good: bool, said: str) -> Evaluation:
    kind = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    return Evaluation(kind, balancer.name, balancer.arn, good, _unless(good, said))


def _web_acls(account: Account, region: str) -> list[Any]:
    return _held(account, region, "wafv2", "wacls")


def _web_acl(one: Any, good: bool, said: str) -> Evaluation:
    return Evaluation("AWS::WAFv2::WebACL", one.name, one.arn, good, _unless(good, said))


def _firewall(account: Account, region: str, table: str) -> list[tuple[str, Mapping[str, Any]]]:
    state = state_of("network-firewall", account.id, region)
    kept = vars(state).get(ATTRIBUTE) if state is not None else None
    return sorted(getattr(kept, table).items()) if kept is not None else []


def _policies(
    account: Account, region: str, good: Callable[[Mapping[str, Any]], bool], said: str
) -> Iterator[Evaluation]:
    for arn, item in _firewall(account, region, "policies"):
        holds = bool(good(item["document"]))
        kind, name = "AWS::NetworkFirewall::FirewallPolicy", item["told"]["FirewallPolicyName"]
        yield Evaluation(kind, name, arn, holds, _unless(holds, said))


def _default(account: Account, region: str, name: str) -> Iterator[Evaluation]:
    said = "The default stateless action passes packets"
    return _policies(account, region, lambda d: bool(_INSPECTS & set(d.get(name) or ())), said)


def _unless(good: bool, said: str) -> str:
    return "" if good else said
