"""Rules on GuardDuty, as its own API tells of it.

Source: "guardduty-enabled-centralized" (AWS Config Developer Guide).
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.account.account import Account
from simulator.controls.accounts import of_account
from simulator.controls.evaluation import Evaluation
from simulator.gateway.errors import AwsError


def guardduty_enabled_centralized(
    account: Account, region: str, *, central_monitoring_account: str = ""
) -> Iterator[Evaluation]:
    """A detector is on; where an account is named, it is the administrator as well."""
    from simulator.gateway.inner_call import ask

    good, said = False, "GuardDuty is not enabled in the Region"
    try:
        for detector in ask(account, region, "guardduty", "ListDetectors", {})["DetectorIds"]:
            asked = {"DetectorId": detector}
            told = ask(account, region, "guardduty", "GetDetector", asked)
            good = good or str(told["Status"]).upper() == "ENABLED"
            if good and central_monitoring_account not in {"", account.id}:
                answer = ask(account, region, "guardduty", "GetAdministratorAccount", asked)
                administrator = answer.get("Administrator", {}).get("AccountId")
                good = administrator == central_monitoring_account
                said = "GuardDuty is not centralized"
    except AwsError:
        good = False
    yield of_account(account, good, said)
