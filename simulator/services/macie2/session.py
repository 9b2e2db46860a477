"""Macie on, paused and off in a region; and settings that are not simulated, as they are.

Sources: "EnableMacie", "UpdateMacieSession", "DisableMacie", "GetFindingsPublicationConfiguration",
"GetAutomatedDiscoveryConfiguration" (Amazon Macie API Reference), "Suspending or disabling Macie".
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.macie import reading, state, weaknesses
from simulator.macie.identifiers.catalogue import rules
from simulator.macie.state import Job, Session
from simulator.reactions.reactions import wake
from simulator.services import Backend, Result, operation
from simulator.services.macie2.common import conflict, keep, session_of


@operation
def enable_macie(call: Call, backend: Backend) -> Result:
    """Switch it on: from here on it watches buckets."""
    assert call.account is not None
    if state.of(call.account, call.region) is not None:
        raise conflict("Macie has already been enabled")
    session = Session(
        call.time,
        call.time,
        call.params.get("status") or "ENABLED",
        call.params.get("findingPublishingFrequency") or "FIFTEEN_MINUTES",
        weak=weaknesses.known(call.account, call.region),
    )
    keep(call, session)
    state.see(call.account, call.region)
    wake(call.account.world, state.SERVICE)
    return {}


@operation
def get_macie_session(call: Call, backend: Backend) -> Result:
    """Status and settings."""
    session = session_of(call)
    assert call.account is not None
    return {
        "createdAt": session.created,
        "findingPublishingFrequency": session.frequency,
        "serviceRole": reading.role_arn(call.account),
        "status": session.status,
        "updatedAt": session.updated,
    }


@operation
def update_macie_session(call: Call, backend: Backend) -> Result:
    """Pause and resume. Paused, nothing is watched, and jobs that are under way stop."""
    session, account = session_of(call), call.account
    assert account is not None
    status = call.params.get("status") or session.status
    changed = replace(
        session,
        status=status,
        updated=call.time,
        frequency=call.params.get("findingPublishingFrequency") or session.frequency,
    )
    if status != session.status:
        if status == "ENABLED":
            state.see(account, call.region)
            changed = replace(changed, weak=weaknesses.known(account, call.region))
        changed = replace(
            changed, jobs={name: _stopped(one, status) for name, one in session.jobs.items()}
        )
    keep(call, changed)
    return {}


def _stopped(job: Job, status: str) -> Job:
    """A one-time job is cancelled when Macie is suspended, a recurring one paused till it is back."""
    if status == "PAUSED" and job.status in {"RUNNING", "IDLE"}:
        once = job.settings["jobType"] == "ONE_TIME"
        return replace(job, status="CANCELLED" if once else "PAUSED", due=None)
    if status == "ENABLED" and job.status == "PAUSED":
        return replace(job, status="IDLE")
    return job


@operation
def disable_macie(call: Call, backend: Backend) -> Result:
    """Everything it knew is deleted."""
    session_of(call)
    assert call.account is not None
    state.drop(call.account, call.region)
    return {}


@operation
def get_findings_publication_configuration(call: Call, backend: Backend) -> Result:
    """What goes to Security Hub: policy findings, unless it was set otherwise."""
    return {"securityHubConfiguration": dict(session_of(call).published)}


@operation
def put_findings_publication_configuration(call: Call, backend: Backend) -> Result:
    """Change it."""
    session = session_of(call)
    given = call.params.get("securityHubConfiguration") or {}
    keep(call, replace(session, published={**session.published, **given}))
    return {}


@operation
def list_managed_data_identifiers(call: Call, backend: Backend) -> Result:
    """Those that are simulated."""
    session_of(call)
    return {"items": [{"category": one.category, "id": one.id} for one in rules().values()]}


@operation
def get_automated_discovery_configuration(call: Call, backend: Backend) -> Result:
    """Automated discovery is off, and can't be switched on here."""
    session_of(call)
    return {"status": "DISABLED", "autoEnableOrganizationMembers": "NONE"}


@operation
def get_classification_export_configuration(call: Call, backend: Backend) -> Result:
    """Results are exported nowhere."""
    session_of(call)
    return {"configuration": {}}


@operation
def get_reveal_configuration(call: Call, backend: Backend) -> Result:
    """Samples of sensitive data are not shown."""
    session_of(call)
    return {"configuration": {"status": "DISABLED"}}


def _none(**answer: Any) -> Any:
    """An operation on accounts: the account stands alone, and has nobody to tell of."""

    def alone(call: Call, backend: Backend) -> Result:
        """An account that stands alone."""
        session_of(call)
        return dict(answer)

    return operation(alone)


def _refused(call: Call, backend: Backend) -> Result:
    """Macie over several accounts is not simulated."""
    raise AwsError.not_simulated("macie2", call.operation)


get_administrator_account = _none()
get_master_account = _none()
get_invitations_count = _none(invitationsCount=0)
list_invitations = _none(invitations=[])
list_members = _none(members=[])
list_organization_admin_accounts = _none(adminAccounts=[])
_refuse = operation(_refused)
accept_invitation = _refuse
create_invitations = _refuse
create_member = _refuse
decline_invitations = _refuse
delete_invitations = _refuse
delete_member = _refuse
disable_organization_admin_account = _refuse
disassociate_from_administrator_account = _refuse
disassociate_from_master_account = _refuse
disassociate_member = _refuse
enable_organization_admin_account = _refuse
get_member = _refuse
update_member_session = _refuse
