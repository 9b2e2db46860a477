"""The reference response, and the wrong ones that responders really give."""

from __future__ import annotations

import json
from datetime import timedelta

from simulator.scenario import fix

ALLOW_NOBODY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}],
}


# --- single measures ----------------------------------------------------------------------------


def report_findings(
    submit, records, thieves, leaked_key_id, ci_user_arn, rogue_arn, federated_arn, hopper_arn, loot
):
    """All that was found, with the events that prove it."""
    submit(
        key=leaked_key_id,
        principals=[ci_user_arn, rogue_arn, federated_arn, hopper_arn],
        taken=loot,
        evidence=[
            record["eventID"]
            for record in records
            if (record["sourceIPAddress"] in thieves and not record["readOnly"])
            or taken(record, thieves)
        ],
    )


def taken(record, thieves):
    """A role session or an object that the thief took."""
    names = {"AssumeRole", "GetObject"}
    return record["eventName"] in names and record["sourceIPAddress"] in thieves


def deactivate_key(responder, ci_user, leaked_key_id):
    """Off, and still there as evidence."""
    responder.iam.update_access_key(UserName=ci_user, AccessKeyId=leaked_key_id, Status="Inactive")


def delete_key(responder, ci_user, leaked_key_id):
    """Gone at once."""
    responder.iam.delete_access_key(UserName=ci_user, AccessKeyId=leaked_key_id)


def strip_ci_user(responder, ci_user):
    """No rights, so none for the federation token either."""
    for name in responder.iam.list_user_policies(UserName=ci_user)["PolicyNames"]:
        responder.iam.delete_user_policy(UserName=ci_user, PolicyName=name)
    responder.iam.put_user_policy(
        UserName=ci_user, PolicyName="quarantine", PolicyDocument=json.dumps(ALLOW_NOBODY)
    )


def remove_user(responder, name):
    """The user with all that hangs on it."""
    iam = responder.iam
    for policy in iam.list_attached_user_policies(UserName=name)["AttachedPolicies"]:
        iam.detach_user_policy(UserName=name, PolicyArn=policy["PolicyArn"])
    for policy in iam.list_user_policies(UserName=name)["PolicyNames"]:
        iam.delete_user_policy(UserName=name, PolicyName=policy)
    for key in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName=name)


def revoke_sessions(responder, role, before, key="aws:TokenIssueTime"):
    """What the console's "Revoke active sessions" attaches."""
    revoked = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Action": "*",
                "Resource": "*",
                "Condition": {"DateLessThan": {key: f"{before:%Y-%m-%dT%H:%M:%SZ}"}},
            }
        ],
    }
    responder.iam.put_role_policy(
        RoleName=role, PolicyName="AWSRevokeOlderSessions", PolicyDocument=json.dumps(revoked)
    )


def pipeline_takes_role(responder, settings, account_id, site_bucket, issuer):
    """The pipeline's own role, for its own project, through the provider that the docs use."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": f"arn:aws:iam::{account_id}:oidc-provider/{issuer}"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {
                        f"{issuer}:aud": "sts.amazonaws.com",
                        f"{issuer}:sub": "project:site:main",
                    }
                },
            }
        ],
    }
    rights = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": f"arn:aws:s3:::{site_bucket}",
            },
            {
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:PutObject"],
                "Resource": f"arn:aws:s3:::{site_bucket}/*",
            },
        ],
    }
    role = responder.iam.create_role(
        RoleName="site-deployer", AssumeRolePolicyDocument=json.dumps(trust)
    )["Role"]
    responder.iam.put_role_policy(
        RoleName="site-deployer", PolicyName="deploy", PolicyDocument=json.dumps(rights)
    )
    settings["ci"] = settings["ci"] | {
        "role_to_assume": role["Arn"],
        "access_key_id": "",
        "secret_access_key": "",
    }


def give_pipeline_key_of(responder, settings, user):
    """A new access key of `user` on the pipeline's settings page."""
    key = responder.iam.create_access_key(UserName=user)["AccessKey"]
    settings["ci"] = settings["ci"] | {
        "access_key_id": key["AccessKeyId"],
        "secret_access_key": key["SecretAccessKey"],
    }


# --- whole responses ----------------------------------------------------------------------------


@fix()
def reference(perform, responder, now, ci_user, rogue_user, export_role, account_id):
    """Key off, user stripped, rogue removed, sessions revoked, pipeline on a role through OIDC."""
    perform(report_findings)
    perform(deactivate_key)
    perform(strip_ci_user)
    remove_user(responder, rogue_user)
    revoke_sessions(responder, export_role, now())
    perform(pipeline_takes_role)
    remove_user(responder, ci_user)


@fix()
def new_user_for_the_pipeline(
    perform, responder, settings, now, ci_user, rogue_user, export_role, site_bucket
):
    """Also right: a new user with the site's rights alone, the old one gone."""
    perform(report_findings)
    document = responder.iam.get_user_policy(UserName=ci_user, PolicyName="deploy-site")[
        "PolicyDocument"
    ]
    responder.iam.create_user(UserName="site-deployer", Path="/automation/")
    responder.iam.put_user_policy(
        UserName="site-deployer", PolicyName="deploy-site", PolicyDocument=json.dumps(document)
    )
    give_pipeline_key_of(responder, settings, "site-deployer")
    remove_user(responder, ci_user)
    remove_user(responder, rogue_user)
    revoke_sessions(responder, export_role, now())


@fix(
    federation_token_is_dead="The federation token minted before your fix still works",
    role_session_is_dead="The role session minted before your fix still reads customers' data",
    rogue_key_is_dead="The rogue user's key still works",
    nothing_is_left_behind="which the thief made, is still there",
    pipeline_deploys="The pipeline no longer deploys",
)
def only_delete_the_key(perform):
    """The key is deleted. Whatever was minted with it lives on, and nobody told the pipeline."""
    perform(report_findings)
    perform(delete_key)


@fix(
    federation_token_is_dead="The federation token minted before your fix still works",
    role_session_is_dead="The role session minted before your fix still reads customers' data",
    rogue_key_is_dead="The rogue user's key still works",
    nothing_is_left_behind="which the thief made, is still there",
    next_leak_is_harmless="With the pipeline's present credentials a thief could again",
)
def rotate_the_key(perform, responder, settings, ci_user):
    """The pipeline gets a new key of the same user: rotated, and as powerful as before."""
    perform(report_findings)
    perform(deactivate_key)
    give_pipeline_key_of(responder, settings, ci_user)


@fix(role_session_is_dead="The role session minted before your fix still reads customers' data")
def forget_the_role_session(perform, responder, ci_user, rogue_user):
    """Everything but the session that the thief hopped into: it needs neither key nor user."""
    perform(report_findings)
    perform(pipeline_takes_role)
    remove_user(responder, rogue_user)
    remove_user(responder, ci_user)


@fix(
    federation_token_is_dead="The federation token minted before your fix still works",
    next_leak_is_harmless="With the pipeline's present credentials a thief could again",
)
def forget_the_federation_token(
    perform, responder, settings, now, ci_user, rogue_user, export_role
):
    """The key is rotated and the role's sessions are revoked, but the user keeps its rights."""
    perform(report_findings)
    perform(delete_key)
    give_pipeline_key_of(responder, settings, ci_user)
    remove_user(responder, rogue_user)
    revoke_sessions(responder, export_role, now())


@fix(
    rogue_key_is_dead="The rogue user's key still works",
    nothing_is_left_behind="which the thief made, is still there",
)
def miss_the_rogue_user(perform, responder, now, ci_user, export_role):
    """The pipeline's user is gone, and the one that the thief made has every right."""
    perform(report_findings)
    perform(pipeline_takes_role)
    remove_user(responder, ci_user)
    revoke_sessions(responder, export_role, now())


@fix(nothing_is_left_behind="which the thief made, is still there")
def switch_the_rogue_key_off(perform, responder, now, ci_user, rogue_user, rogue_key, export_role):
    """The rogue user's key is inactive; the user, its rights and its key are still there."""
    perform(report_findings)
    perform(pipeline_takes_role)
    remove_user(responder, ci_user)
    responder.iam.update_access_key(
        UserName=rogue_user, AccessKeyId=rogue_key["AccessKeyId"], Status="Inactive"
    )
    revoke_sessions(responder, export_role, now())


@fix(reports_are_written="The analyst's report no longer works")
def delete_the_role(perform, responder, ci_user, rogue_user, export_role):
    """The role is deleted to be rid of its sessions, and the analyst needs it."""
    perform(report_findings)
    perform(pipeline_takes_role)
    remove_user(responder, ci_user)
    remove_user(responder, rogue_user)
    responder.iam.delete_role_policy(RoleName=export_role, PolicyName="read-exports")
    responder.iam.delete_role(RoleName=export_role)


@fix(reports_are_written="The analyst's report no longer works")
def deny_the_role_everything(perform, responder, now, ci_user, rogue_user, export_role):
    """Sessions are revoked up to tomorrow: those that the analyst takes today are denied too."""
    perform(report_findings)
    perform(pipeline_takes_role)
    remove_user(responder, ci_user)
    remove_user(responder, rogue_user)
    revoke_sessions(responder, export_role, now() + timedelta(days=1))


@fix(role_session_is_dead="The role session minted before your fix still reads customers' data")
def revoke_by_the_wrong_time(perform, responder, now, ci_user, rogue_user, export_role):
    """The policy asks what time it is, not when the session was issued: it denies nothing."""
    perform(report_findings)
    perform(pipeline_takes_role)
    remove_user(responder, ci_user)
    remove_user(responder, rogue_user)
    revoke_sessions(responder, export_role, now(), key="aws:CurrentTime")


@fix(
    stolen_key_is_dead="The stolen key still works from a new address",
    federation_token_is_dead="The federation token minted before your fix still works",
)
def block_the_address(perform, responder, now, ci_user, rogue_user, export_role, thieves):
    """The thief's addresses are denied, and the thief has others."""
    perform(report_findings)
    blocked = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Action": "*",
                "Resource": "*",
                "Condition": {"IpAddress": {"aws:SourceIp": sorted(thieves)[:1]}},
            }
        ],
    }
    responder.iam.put_user_policy(
        UserName=ci_user, PolicyName="block-thief", PolicyDocument=json.dumps(blocked)
    )
    remove_user(responder, rogue_user)
    revoke_sessions(responder, export_role, now())


@fix(pipeline_deploys="The pipeline no longer deploys")
def forget_the_pipeline(perform, responder, now, ci_user, rogue_user, export_role):
    """Everything of the thief's is gone, and the pipeline has no credentials."""
    perform(report_findings)
    remove_user(responder, ci_user)
    remove_user(responder, rogue_user)
    revoke_sessions(responder, export_role, now())


@fix(next_leak_is_harmless="With the pipeline's present credentials a thief could again")
def keep_the_rights(perform, responder, settings, now, ci_user, rogue_user, export_role):
    """A new user for the pipeline, with the old one's rights: all of them."""
    perform(report_findings)
    iam = responder.iam
    iam.create_user(UserName="site-deployer", Path="/automation/")
    for name in iam.list_user_policies(UserName=ci_user)["PolicyNames"]:
        document = iam.get_user_policy(UserName=ci_user, PolicyName=name)["PolicyDocument"]
        iam.put_user_policy(
            UserName="site-deployer", PolicyName=name, PolicyDocument=json.dumps(document)
        )
    give_pipeline_key_of(responder, settings, "site-deployer")
    remove_user(responder, ci_user)
    remove_user(responder, rogue_user)
    revoke_sessions(responder, export_role, now())


@fix(names_every_principal="did nothing wrong: an accusation needs evidence")
def accuse_a_colleague(perform, submit, account_id, analyst_user, ci_user_arn, rogue_arn):
    """The response is right, and the analyst is accused of it."""
    perform(reference)
    submit(
        principals=[ci_user_arn, rogue_arn, f"arn:aws:iam::{account_id}:user/people/{analyst_user}"]
    )


@fix(evidence_holds="are the company's ordinary work")
def submit_everything(perform, submit, records, first_record):
    """The response is right; the evidence is every event there is."""
    perform(reference)
    submit(evidence=[record["eventID"] for record in records[:first_record]])


@fix(evidence_holds="No event that you submitted proves that the thief read customers' data")
def stay_in_the_event_history(perform, submit, records, thieves):
    """The response is right; the evidence is what LookupEvents shows, which holds no data events."""
    perform(reference)
    submit(
        evidence=[
            record["eventID"]
            for record in records
            if (record["managementEvent"] and taken(record, thieves)) or not record["readOnly"]
            if record["sourceIPAddress"] in thieves
        ]
    )


@fix(names_what_was_taken="is not reading it")
def count_every_object_as_taken(perform, submit, objects):
    """The response is right; every customer is told, though the thief only looked at some sizes."""
    perform(reference)
    submit(taken=objects)


@fix(names_what_was_taken="are not named")
def count_one_object_too_few(perform, submit, loot):
    """The response is right; one month's customers are never told."""
    perform(reference)
    submit(taken=loot[1:])


@fix(names_the_key="is not the key that leaked")
def name_the_wrong_key(perform, submit, developer_key):
    """The response is right; the key named belongs to a developer."""
    perform(reference)
    submit(key=developer_key["AccessKeyId"])
