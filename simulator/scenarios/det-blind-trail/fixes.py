"""Responses to the blind trail: right ones, and those that responders really give."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial

from simulator.scenario import fix

BLINDING = {
    "StopLogging",
    "PutEventSelectors",
    "UpdateTrail",
    "DeleteFlowLogs",
    "PutBucketLifecycle",
}
DAYS = 400
TRAILS = [
    "cloudtrail:Delete*",
    "cloudtrail:Put*",
    "cloudtrail:StopLogging",
    "cloudtrail:UpdateTrail",
]
FLOWS = ["ec2:DeleteFlowLogs"]
BUCKET = ["s3:Delete*", "s3:Put*", "s3:BypassGovernanceRetention"]


def document(*statements):
    """A policy."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


# --- what was found -----------------------------------------------------------------------------


def report_findings(
    *, submit, records, first_record, thieves, guilty, loot, hideout, went_dark, flows_until
):
    """All of it."""
    submit(
        principals=guilty,
        evidence=[
            record["eventID"]
            for record in records[:first_record]
            if record["eventName"] in BLINDING and record["sourceIPAddress"] in thieves
        ],
        dark_since=stamp(went_dark),
        flows_until=stamp(flows_until),
        hideout=hideout,
        taken=loot,
    )


def stamp(moment):
    """As it is handed in."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


# --- single measures ----------------------------------------------------------------------------


def replace_the_key(responder, settings, deploy_user, leaked_key_id):
    """The pipeline gets a new key; the old one is switched off, then deleted."""
    iam = responder.iam
    key = iam.create_access_key(UserName=deploy_user)["AccessKey"]
    settings["deploy"] = {
        "access_key_id": key["AccessKeyId"],
        "secret_access_key": key["SecretAccessKey"],
    }
    iam.update_access_key(UserName=deploy_user, AccessKeyId=leaked_key_id, Status="Inactive")
    iam.delete_access_key(UserName=deploy_user, AccessKeyId=leaked_key_id)


def revoke_sessions(responder, now, platform_role):
    """Sessions of the role that are older than this moment may do nothing."""
    older = {"DateLessThan": {"aws:TokenIssueTime": stamp(now())}}
    responder.iam.put_role_policy(
        RoleName=platform_role,
        PolicyName="AWSRevokeOlderSessions",
        PolicyDocument=document(
            {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": older}
        ),
    )


def remove_foothold(perform):
    """Whichever it was."""
    perform(remove_planted_key)
    perform(shut_the_account_out)


def remove_planted_key(responder, dormant_user, planted_key=None):
    """Off, then gone."""
    if planted_key:
        name = {"UserName": dormant_user, "AccessKeyId": planted_key["AccessKeyId"]}
        responder.iam.update_access_key(**name, Status="Inactive")
        responder.iam.delete_access_key(**name)


def shut_the_account_out(responder, vault_bucket, foreign_sid=None):
    """The vault had no policy before."""
    if foreign_sid:
        responder.s3.get_bucket_policy(Bucket=vault_bucket)
        responder.s3.delete_bucket_policy(Bucket=vault_bucket)


def terminate(responder, hideout, hidden):
    """The servers in the other Region."""
    responder.client("ec2", hideout).terminate_instances(InstanceIds=hidden)


def take_rights_back(responder, deploy_user):
    """What the migration needed, the pipeline doesn't."""
    iam = responder.iam
    for name in iam.list_user_policies(UserName=deploy_user)["PolicyNames"]:
        if name != "deploy":
            iam.get_user_policy(UserName=deploy_user, PolicyName=name)
            iam.delete_user_policy(UserName=deploy_user, PolicyName=name)


def remove_the_actor(perform):
    """Key, session, foothold, servers."""
    perform(take_rights_back)
    perform(replace_the_key)
    perform(revoke_sessions)
    perform(remove_foothold)
    perform(terminate)


def select_all(responder, management_trail, management=None):
    """All management events."""
    chosen = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}
    responder.cloudtrail.put_event_selectors(
        TrailName=management_trail, EventSelectors=[chosen | (management or {})]
    )


def select_the_vault(responder, data_trail, vault_bucket, kind="All"):
    """Data events of the vault's objects."""
    values = [f"arn:aws:s3:::{vault_bucket}/"]
    responder.cloudtrail.put_event_selectors(
        TrailName=data_trail,
        EventSelectors=[
            {
                "ReadWriteType": kind,
                "IncludeManagementEvents": False,
                "DataResources": [{"Type": "AWS::S3::Object", "Values": values}],
            }
        ],
    )


def start(responder, management_trail, data_trail):
    """Both trails log."""
    for name in (management_trail, data_trail):
        responder.cloudtrail.start_logging(Name=name)


def widen(responder, management_trail, more=None):
    """Every Region, global services, digests; unless it is said otherwise."""
    everything = {
        "IsMultiRegionTrail": True,
        "IncludeGlobalServiceEvents": True,
        "EnableLogFileValidation": True,
    }
    responder.cloudtrail.update_trail(Name=management_trail, **(everything | (more or {})))


def log_flows(responder, vpc_id, log_bucket, traffic="ALL"):
    """The VPC's flow log, as it was."""
    responder.ec2.create_flow_logs(
        ResourceIds=[vpc_id],
        ResourceType="VPC",
        TrafficType=traffic,
        LogDestinationType="s3",
        LogDestination=f"arn:aws:s3:::{log_bucket}",
    )


def keep(responder, log_bucket, days=DAYS, old=DAYS):
    """The bucket forgets after so many days."""
    rule = {
        "ID": "keep-a-year",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "Expiration": {"Days": days},
        "NoncurrentVersionExpiration": {"NoncurrentDays": old},
    }
    responder.s3.put_bucket_lifecycle_configuration(
        Bucket=log_bucket, LifecycleConfiguration={"Rules": [rule]}
    )


def see_again(perform):
    """Trails, flow logs, lifecycle."""
    for measure in (select_all, select_the_vault, widen, start, log_flows, keep):
        perform(measure)


def guarded(log_bucket, trails=TRAILS, flows=FLOWS, bucket=BUCKET):
    """The statements by which a power user can do nothing about the logs."""
    arn = f"arn:aws:s3:::{log_bucket}"
    there = []
    if trails or flows:
        there.append({"Effect": "Deny", "Action": [*trails, *flows], "Resource": "*"})
    if bucket:
        there.append({"Effect": "Deny", "Action": bucket, "Resource": [arn, f"{arn}/*"]})
    return there


def guard(responder, log_bucket, platform_role, trails=TRAILS, flows=FLOWS, bucket=BUCKET):
    """Who has the platform role keeps away from what watches it."""
    responder.iam.put_role_policy(
        RoleName=platform_role,
        PolicyName="logs-are-not-yours",
        PolicyDocument=document(*guarded(log_bucket, trails, flows, bucket)),
    )


def deny_in_the_bucket(responder, account_id, log_bucket, actions=None, but=None):
    """Nobody of the account but security changes the log bucket, says its own policy."""
    policy = json.loads(responder.s3.get_bucket_policy(Bucket=log_bucket)["Policy"])
    arn = f"arn:aws:s3:::{log_bucket}"
    security = responder.sts.get_caller_identity()["Arn"]
    ours = {"aws:PrincipalAccount": account_id} if but is None else {}
    condition = {"ArnNotEquals": {"aws:PrincipalArn": security}}
    policy["Statement"].append(
        {
            "Sid": "SecurityAlone",
            "Effect": "Deny",
            "Principal": "*",
            "Action": actions or BUCKET,
            "Resource": [arn, f"{arn}/*"],
            "Condition": condition | ({"StringEquals": ours} if ours else {}),
        }
    )
    responder.s3.put_bucket_policy(Bucket=log_bucket, Policy=json.dumps(policy))


# --- whole responses ----------------------------------------------------------------------------


def all_but(perform, *left_out):
    """The reference response, without some of its measures."""
    perform(report_findings)
    for measure in (
        take_rights_back,
        replace_the_key,
        revoke_sessions,
        remove_planted_key,
        shut_the_account_out,
        terminate,
        select_all,
        select_the_vault,
        widen,
        start,
        log_flows,
        keep,
        guard,
    ):
        if measure not in left_out:
            perform(measure)


@fix()
def reference(perform):
    """The actor first; then all that watches, as it was; then nobody but security can change it."""
    all_but(perform)


@fix()
def one_new_trail_and_a_locked_bucket(
    perform, responder, log_bucket, vault_bucket, management_trail, data_trail, platform_role
):
    """Also right: one new trail for everything, Object Lock, the bucket's own policy, a boundary."""
    perform(report_findings)
    perform(remove_the_actor)
    trails = responder.cloudtrail
    for name in (management_trail, data_trail):
        trails.delete_trail(Name=name)
    trails.create_trail(
        Name="everything",
        S3BucketName=log_bucket,
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
    )
    category, arn = "eventCategory", "resources.ARN"
    trails.put_event_selectors(
        TrailName="everything",
        AdvancedEventSelectors=[
            {"Name": "all", "FieldSelectors": [{"Field": category, "Equals": ["Management"]}]},
            {
                "Name": "vault",
                "FieldSelectors": [
                    {"Field": category, "Equals": ["Data"]},
                    {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
                    {"Field": arn, "StartsWith": [f"arn:aws:s3:::{vault_bucket}/"]},
                ],
            },
        ],
    )
    trails.start_logging(Name="everything")
    perform(log_flows)
    perform(keep)
    responder.s3.put_object_lock_configuration(
        Bucket=log_bucket,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 365}},
        },
    )
    perform(deny_in_the_bucket)
    boundary = responder.iam.create_policy(
        PolicyName="platform-boundary",
        PolicyDocument=document(
            {"Effect": "Allow", "Action": "*", "Resource": "*"}, *guarded(log_bucket, bucket=())
        ),
    )["Policy"]["Arn"]
    responder.iam.put_role_permissions_boundary(
        RoleName=platform_role, PermissionsBoundary=boundary
    )


UNLOGGED = "leaves nothing in the log bucket within an hour"
VAULT = "leaves no data event in the log bucket"
AGAIN = "The next thief gets through again"
REACHES = "The next thief still reaches the log bucket"


# Seeing again


@fix(
    when="stopped_first",
    every_region_is_logged=UNLOGGED,
    vault_is_logged=VAULT,
)
def restart_the_stopped_trail(perform):
    """Logging is on again, and both trails look where the thief told them to."""
    all_but(perform, select_all, select_the_vault, widen)


@fix(
    when="stopped_second",
    every_region_is_logged="A change in",
)
def restart_and_leave_read_only(perform):
    """Logging is on again, and the trail of management events logs what only reads."""
    all_but(perform, select_all)


@fix(when="stopped_first", vault_is_logged="A read of the vault (GetObject) leaves no data event")
def leave_the_vault_excluded(perform):
    """Every management event is logged; the vault's objects are not, and nobody asks."""
    all_but(perform, select_the_vault)


@fix(vault_is_logged="A read of the vault (GetObject) leaves no data event")
def log_changes_of_the_vault_alone(perform):
    """WriteOnly is cheaper, and a theft is a read."""
    all_but(perform, select_the_vault)
    perform(partial(select_the_vault, kind="WriteOnly"))


@fix(every_region_is_logged="A look in")
def log_changes_alone(perform):
    """WriteOnly for management events: who looks around is not seen."""
    all_but(perform, select_all)
    perform(partial(select_all, management={"ReadWriteType": "WriteOnly"}))


@fix(every_region_is_logged="A change in")
def leave_one_region(perform):
    """The trail logs and validates, in the Region in which the company works."""
    all_but(perform, widen)
    perform(partial(widen, more={"IsMultiRegionTrail": False}))


@fix(log_files_are_validated="is in no digest")
def leave_validation_off(perform, responder, management_trail):
    """Everything is logged, and a log file that is changed shows nowhere."""
    all_but(perform, widen)
    responder.cloudtrail.update_trail(
        Name=management_trail, IsMultiRegionTrail=True, IncludeGlobalServiceEvents=True
    )


@fix(log_files_are_validated="is in no digest")
def make_the_trail_anew(perform, responder, management_trail, log_bucket):
    """The trail is deleted and made anew in a hurry: without validation, which is not the default."""
    all_but(perform, select_all, widen, start)
    trails = responder.cloudtrail
    trails.delete_trail(Name=management_trail)
    trails.create_trail(Name=management_trail, S3BucketName=log_bucket, IsMultiRegionTrail=True)
    perform(start)


@fix(connections_are_logged="ends in ACCEPT leaves no flow record")
def forget_the_flow_logs(perform):
    """The trails are as they were; the network is dark still."""
    all_but(perform, log_flows)


@fix(connections_are_logged="ends in ACCEPT leaves no flow record")
def log_rejected_flows_alone(perform):
    """What was rejected is logged, and who got in is not."""
    all_but(perform, log_flows)
    perform(partial(log_flows, traffic="REJECT"))


@fix(logs_are_kept="still deletes log files after 1 days")
def leave_the_lifecycle(perform):
    """All is logged again, and deleted by tomorrow."""
    all_but(perform, keep)


@fix(logs_are_kept="still deletes log files after 30 days")
def keep_a_month(perform):
    """Thirty days sound like a lot on the day itself."""
    all_but(perform, keep)
    perform(partial(keep, days=30))


@fix(logs_are_kept="still deletes log files after 1 days")
def keep_current_versions_alone(perform):
    """What is overwritten or deleted is gone a day later: versions are what a deletion leaves."""
    all_but(perform, keep)
    perform(partial(keep, old=1))


# Locking


@fix(
    every_region_is_logged=UNLOGGED,
    vault_is_logged=VAULT,
    connections_are_logged="leaves no flow record",
)
def lock_everybody_out(perform):
    """The bucket denies everything to all but security: CloudTrail and the SIEM are somebody too."""
    all_but(perform)
    perform(partial(deny_in_the_bucket, actions=["s3:*"], but="nobody"))


@fix(siem_reads_on="The SIEM no longer reads the logs")
def lock_the_siem_out(perform):
    """Nobody of the account but security reads the logs, and the SIEM's role is of the account."""
    all_but(perform)
    perform(partial(deny_in_the_bucket, actions=["s3:GetObject", "s3:ListBucket", *BUCKET]))


@fix(siem_reads_on="The SIEM no longer reads the logs")
def encrypt_without_the_siem(perform, responder, account_id, management_trail, data_trail):
    """The trails' files are encrypted with a key that CloudTrail may use, and the SIEM may not."""
    all_but(perform)
    key = responder.kms.create_key(
        Policy=document(
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account_id}:root"},
                "Action": "kms:*",
                "Resource": "*",
            },
            {
                "Effect": "Allow",
                "Principal": {"Service": "cloudtrail.amazonaws.com"},
                "Action": ["kms:GenerateDataKey*", "kms:DescribeKey"],
                "Resource": "*",
            },
        )
    )["KeyMetadata"]["Arn"]
    for name in (management_trail, data_trail):
        responder.cloudtrail.update_trail(Name=name, KmsKeyId=key)


@fix(logging_cannot_be_stopped=AGAIN, log_bucket_is_locked=REACHES)
def forget_the_guard(perform):
    """All is as it was, and so is what an engineer's stolen session may do."""
    all_but(perform, guard)


@fix(logging_cannot_be_stopped=f"{AGAIN}: PutEventSelectors, UpdateTrail")
def deny_stop_logging_alone(perform):
    """StopLogging and DeleteTrail are denied; selectors blind as well as they do."""
    all_but(perform, guard)
    perform(partial(guard, trails=["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"]))


@fix(logging_cannot_be_stopped=f"{AGAIN}: DeleteFlowLogs")
def guard_the_trails_alone(perform):
    """Whoever steals a session can still take the flow logs away."""
    all_but(perform, guard)
    perform(partial(guard, flows=[]))


@fix(log_bucket_is_locked=REACHES)
def guard_the_services_alone(perform):
    """Trails and flow logs are guarded; the bucket in which everything ends is not."""
    all_but(perform, guard)
    perform(partial(guard, bucket=()))


@fix(log_bucket_is_locked=f"{REACHES}: PutBucketLifecycleConfiguration")
def deny_deletion_alone(perform):
    """Objects can't be deleted; a lifecycle rule deletes them, and a policy can be replaced."""
    all_but(perform, guard)
    perform(partial(guard, bucket=["s3:DeleteObject*"]))


@fix(
    logging_cannot_be_stopped=f"{AGAIN}: CreateAccessKey",
)
def leave_the_migrations_rights(perform):
    """The role is guarded, and the pipeline may make itself keys for other users."""
    all_but(perform, take_rights_back)


# The actor


@fix(stolen_key_is_dead="The stolen key still works from a new address")
def leave_the_key(perform):
    """The session is revoked, and the key that it was taken with is in use."""
    all_but(perform, replace_the_key)


@fix(
    session_is_dead="The session that the thief took before your fix still works",
)
def leave_the_session(perform):
    """The key is gone. The session that it took doesn't need it."""
    all_but(perform, revoke_sessions)


@fix(
    way_back_is_closed="The thief has another way in, which it made in the dark",
    nothing_is_left_behind="Still there: ",
)
def miss_the_foothold(perform):
    """What was done in the dark is not looked for: no trail tells of it."""
    all_but(perform, remove_planted_key, shut_the_account_out)


@fix(nothing_is_left_behind="of the thief's servers in another Region")
def miss_the_other_region(perform):
    """Nobody looks at a Region in which the company has nothing."""
    all_but(perform, terminate)


@fix(company_works="The pipeline no longer deploys")
def forget_the_pipeline(perform, responder, deploy_user, leaked_key_id):
    """The key is gone, and the pipeline has no other one."""
    all_but(perform, replace_the_key)
    name = {"UserName": deploy_user, "AccessKeyId": leaked_key_id}
    responder.iam.update_access_key(**name, Status="Inactive")
    responder.iam.delete_access_key(**name)


@fix(company_works="Engineers can no longer work")
def close_the_platform_role(perform, responder, platform_role):
    """The role is denied everything: the guard is perfect, and nobody can work."""
    all_but(perform)
    responder.iam.put_role_policy(
        RoleName=platform_role,
        PolicyName="closed",
        PolicyDocument=document({"Effect": "Deny", "Action": "*", "Resource": "*"}),
    )


@fix(
    every_region_is_logged=UNLOGGED,
    vault_is_logged=VAULT,
    session_is_dead="still works",
)
def see_before_containing(perform, wait):
    """Everything is switched on again while the thief is in, and it comes back before it is out."""
    perform(report_findings)
    for measure in (take_rights_back, replace_the_key, remove_foothold, terminate):
        perform(measure)
    perform(see_again)
    wait(timedelta(hours=3))
    perform(guard)


@fix(evidence_is_preserved="log files from before the attack are gone")
def empty_the_bucket(perform, responder, log_bucket, old_logs):
    """A clean start: old log files are deleted, since nobody can trust them."""
    all_but(perform)
    for start_at in range(0, len(old_logs), 500):
        keys = [{"Key": key} for key in old_logs[start_at : start_at + 500]]
        responder.s3.delete_objects(Bucket=log_bucket, Delete={"Objects": keys})


@fix(evidence_is_preserved="destroyed when it was last used")
def delete_the_key_unseen(perform, responder, settings, deploy_user, leaked_key_id):
    """The leaked key is deleted while it is in use, and with it when it was used last."""
    perform(report_findings)
    responder.iam.delete_access_key(UserName=deploy_user, AccessKeyId=leaked_key_id)
    key = responder.iam.create_access_key(UserName=deploy_user)["AccessKey"]
    settings["deploy"] = {
        "access_key_id": key["AccessKeyId"],
        "secret_access_key": key["SecretAccessKey"],
    }
    perform(take_rights_back)
    for measure in (revoke_sessions, remove_foothold, terminate, see_again, guard):
        perform(measure)


# Findings


@fix(names_every_principal="did nothing wrong: an accusation needs evidence")
def accuse_the_engineer(perform, submit, account_id, platform_role, colleague_user, guilty):
    """The response is right; the engineer who worked at a trail some days ago is accused."""
    perform(reference)
    session = f"arn:aws:sts::{account_id}:assumed-role/{platform_role}/{colleague_user}"
    submit(principals=[*guilty, session])


@fix(names_every_principal="are not named")
def name_the_session_alone(perform, submit, session_arn):
    """The response is right; whose key took the session is not said."""
    perform(reference)
    submit(principals=session_arn)


@fix(evidence_holds="are the company's ordinary work")
def submit_every_change_of_a_trail(perform, submit, records, first_record):
    """The response is right; the evidence is every change that anybody made to what watches."""
    perform(reference)
    names = {*BLINDING, "StartLogging", "CreateTrail"}
    submit(
        evidence=[each["eventID"] for each in records[:first_record] if each["eventName"] in names]
    )


@fix(measures_the_gap="is not since when changes are missing")
def take_the_first_read_for_the_gap(perform, submit, went_dark):
    """The response is right; the gap is said to begin at the first theft, half an hour later."""
    perform(reference)
    submit(dark_since=stamp(went_dark + timedelta(minutes=30)))


@fix(measures_the_gap="is not where the flow logs end")
def take_the_arrival_for_the_end(perform, submit, flows_deleted):
    """The response is right; the flow logs are said to end when the SIEM's vendor noticed."""
    perform(reference)
    submit(flows_until=stamp(flows_deleted + timedelta(hours=2)))


@fix(names_the_hideout="the thief made nothing there")
def look_at_home_alone(perform, submit):
    """The response is right; only the home Region's event history was asked."""
    perform(reference)
    submit(hideout="us-east-1")


@fix(names_what_was_taken="a HEAD reads nothing")
def count_heads(perform, submit, papers):
    """The response is right; what the thief only measured is counted as read."""
    perform(reference)
    submit(taken=papers)


@fix(names_what_was_taken="are not named")
def trust_the_trail_for_reads(perform, submit, loot):
    """The response is right; one theft is not in what was handed in."""
    perform(reference)
    submit(taken=loot[1:])
