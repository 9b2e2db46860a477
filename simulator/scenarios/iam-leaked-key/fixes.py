"""The reference response, another right one, and the wrong ones that responders really give."""

from __future__ import annotations

import json
from datetime import timedelta

from botocore.exceptions import ClientError

from simulator.scenario import fix

DENY_ALL = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}],
}
PROOF = {
    "GetFederationToken",
    "AssumeRole",
    "CreateUser",
    "CreateAccessKey",
    "UpdateAssumeRolePolicy",
    "CreateLoginProfile",
    "CreateFunction20150331",
    "PutBucketPolicy",
    "GetObject",
}


# --- single measures ----------------------------------------------------------------------------


def report_findings(submit, records, first_record, thieves, leaked_key_id, culprits, loot, people):
    """All that was found, with the events that prove it."""
    submit(
        key=leaked_key_id,
        principals=culprits,
        taken=loot,
        people=f"{people}",
        evidence=[
            record["eventID"]
            for record in records[:first_record]
            if record["eventName"] in PROOF and record["sourceIPAddress"] in thieves
        ],
    )


def deactivate_key(responder, ci_user, leaked_key_id):
    """Off, and still there as evidence."""
    responder.iam.update_access_key(UserName=ci_user, AccessKeyId=leaked_key_id, Status="Inactive")


def strip_ci_user(responder, ci_user):
    """No rights, so none for the federation token either. What they were is read first."""
    for name in responder.iam.list_user_policies(UserName=ci_user)["PolicyNames"]:
        responder.iam.get_user_policy(UserName=ci_user, PolicyName=name)
        responder.iam.delete_user_policy(UserName=ci_user, PolicyName=name)
    quarantine(responder, ci_user)


def quarantine(responder, user):
    """A deny of everything, which is reversible."""
    responder.iam.put_user_policy(
        UserName=user, PolicyName="quarantine", PolicyDocument=json.dumps(DENY_ALL)
    )


def remove_key(responder, user, key_id):
    """Switched off, then deleted."""
    responder.iam.update_access_key(UserName=user, AccessKeyId=key_id, Status="Inactive")
    responder.iam.delete_access_key(UserName=user, AccessKeyId=key_id)


def remove_user(responder, name):
    """The user with all that hangs on it, looked at and switched off before."""
    iam = responder.iam
    for key in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
        remove_key(responder, name, key["AccessKeyId"])
    for policy in iam.list_attached_user_policies(UserName=name)["AttachedPolicies"]:
        iam.detach_user_policy(UserName=name, PolicyArn=policy["PolicyArn"])
    for policy in iam.list_user_policies(UserName=name)["PolicyNames"]:
        iam.get_user_policy(UserName=name, PolicyName=policy)
        iam.delete_user_policy(UserName=name, PolicyName=policy)
    iam.delete_user(UserName=name)


def older_than(before, key="aws:TokenIssueTime"):
    """What the console's "Revoke active sessions" attaches."""
    return json.dumps(
        {
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
    )


def revoke_sessions(responder, role, before, key="aws:TokenIssueTime"):
    """Sessions of a role that are older than `before` may do nothing."""
    responder.iam.put_role_policy(
        RoleName=role, PolicyName="AWSRevokeOlderSessions", PolicyDocument=older_than(before, key)
    )


# Footholds


def remove_the_rogue(responder, rogue_user=None):
    """The user that the thief made."""
    if rogue_user:
        remove_user(responder, rogue_user)


def remove_the_planted_key(responder, dormant_user, planted_key=None):
    """The key that the thief made of an old user, which stays."""
    if planted_key:
        remove_key(responder, dormant_user, planted_key["AccessKeyId"])


def close_the_trust(responder, foreign_account_id=None, opened_role=None):
    """The role trusts whom it trusted before."""
    if opened_role:
        role = responder.iam.get_role(RoleName=opened_role)["Role"]
        trust = role["AssumeRolePolicyDocument"]
        trust["Statement"] = [
            each for each in trust["Statement"] if foreign_account_id not in json.dumps(each)
        ]
        responder.iam.update_assume_role_policy(
            RoleName=opened_role, PolicyDocument=json.dumps(trust)
        )


def revoke_the_lodger(responder, now, opened_role=None):
    """The sessions that were taken of it."""
    if opened_role:
        revoke_sessions(responder, opened_role, now())


def remove_the_password(responder, console_user=None):
    """The console is closed for that user again."""
    if console_user:
        responder.iam.get_login_profile(UserName=console_user)
        responder.iam.delete_login_profile(UserName=console_user)


def revoke_the_console(responder, now, console_user=None):
    """The user's console sessions, which don't need the password any more."""
    if console_user:
        responder.iam.put_user_policy(
            UserName=console_user,
            PolicyName="AWSRevokeOlderSessions",
            PolicyDocument=older_than(now()),
        )


def remove_the_function(responder, function_name=None, function_rule=None):
    """Schedule, targets and code, looked at before."""
    if function_name:
        responder.client("lambda").get_function(FunctionName=function_name)
        targets = responder.events.list_targets_by_rule(Rule=function_rule)["Targets"]
        responder.events.disable_rule(Name=function_rule)
        responder.events.remove_targets(
            Rule=function_rule, Ids=[target["Id"] for target in targets]
        )
        responder.events.delete_rule(Name=function_rule)
        responder.client("lambda").delete_function(FunctionName=function_name)


def remove_what_it_bred(responder, bred_user=None):
    """The user whose keys the function makes."""
    if bred_user:
        remove_user(responder, bred_user)


def close_the_bucket(responder, opened_bucket=None):
    """The bucket had no policy before."""
    if opened_bucket:
        responder.s3.get_bucket_policy(Bucket=opened_bucket)
        responder.s3.delete_bucket_policy(Bucket=opened_bucket)


def remove_what_came_later(responder, records, first_record, thieves):
    """What the thief made since the response began: read from the trail."""
    for record in list(records[first_record:]):
        if record["sourceIPAddress"] not in thieves or "errorCode" in record:
            continue
        name = (record["requestParameters"] or {}).get("userName")
        try:
            if record["eventName"] == "CreateUser":
                remove_user(responder, name)
            elif record["eventName"] == "CreateAccessKey":
                made = record["responseElements"]["accessKey"]["accessKeyId"]
                remove_key(responder, name, made)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchEntity":
                raise


FOOTHOLDS = (
    remove_the_rogue,
    remove_the_planted_key,
    close_the_trust,
    revoke_the_lodger,
    remove_the_password,
    revoke_the_console,
    remove_the_function,
    remove_what_it_bred,
    close_the_bucket,
    remove_what_came_later,
)


def shut(perform, *but):
    """Every foothold, but these."""
    for measure in FOOTHOLDS:
        if measure not in but:
            perform(measure)


# Credentials


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


def all_but(perform, responder, ci_user, *but, sessions=True):
    """The whole response, but for these measures."""
    perform(report_findings)
    perform(deactivate_key)
    perform(strip_ci_user)
    if sessions:
        perform(revoke_the_hopper)
    shut(perform, *but)
    perform(pipeline_takes_role)
    remove_user(responder, ci_user)


def revoke_the_hopper(responder, now, export_role):
    """The export role's sessions, and what they signed."""
    revoke_sessions(responder, export_role, now())


# --- whole responses ----------------------------------------------------------------------------


@fix()
def reference(perform, responder, ci_user):
    """Key off, user stripped, sessions revoked, footholds removed, pipeline on a role through OIDC."""
    all_but(perform, responder, ci_user)


@fix()
def new_user_for_the_pipeline(perform, responder, settings, ci_user, site_bucket, dormant_user):
    """Also right: a new user with the site's rights alone; the old one and the dormant one are gone."""
    perform(report_findings)
    iam = responder.iam
    iam.get_account_authorization_details()
    document = iam.get_user_policy(UserName=ci_user, PolicyName="deploy-site")["PolicyDocument"]
    perform(deactivate_key)
    shut(perform)
    for name in (ci_user, dormant_user):
        remove_user(responder, name)
    perform(revoke_the_hopper)
    iam.create_user(UserName="site-deployer", Path="/automation/")
    iam.put_user_policy(
        UserName="site-deployer", PolicyName="deploy-site", PolicyDocument=json.dumps(document)
    )
    give_pipeline_key_of(responder, settings, "site-deployer")


# The key and its user


@fix(
    federation_token_is_dead="Minted before your fix, and it doesn't need the key",
    role_session_is_dead="Customers' data is still read, by means from before your fix: the role",
    backdoors_are_shut="The thief has another way in",
    evidence_is_preserved="DeleteAccessKey of AKIA",
    nothing_is_left_behind="Still there:",
    pipeline_deploys="The pipeline no longer deploys",
)
def only_delete_the_key(perform, responder, ci_user, leaked_key_id):
    """The key is deleted. Whatever was minted with it lives on, and nobody told the pipeline."""
    perform(report_findings)
    responder.iam.delete_access_key(UserName=ci_user, AccessKeyId=leaked_key_id)


@fix(
    federation_token_is_dead="Minted before your fix, and it doesn't need the key",
    role_session_is_dead="Customers' data is still read, by means from before your fix: the role",
    backdoors_are_shut="The thief has another way in",
    nothing_is_left_behind="Still there:",
    next_leak_is_harmless="With the pipeline's present credentials a thief could again",
)
def rotate_the_key(perform, responder, settings, ci_user):
    """The pipeline gets a new key of the same user: rotated, and as powerful as before."""
    perform(report_findings)
    perform(deactivate_key)
    give_pipeline_key_of(responder, settings, ci_user)


@fix(
    stolen_key_is_dead="with the key (PutObject)",
    federation_token_is_dead="the federation token (ListObjectsV2, PutObject)",
)
def move_the_key(perform, responder, ci_user):
    """The rights are cut down to the site and the key moves to a secret store: the same key."""
    perform(report_findings)
    iam = responder.iam
    for name in iam.list_user_policies(UserName=ci_user)["PolicyNames"]:
        if name != "deploy-site":
            iam.get_user_policy(UserName=ci_user, PolicyName=name)
            iam.delete_user_policy(UserName=ci_user, PolicyName=name)
    shut(perform)
    perform(revoke_the_hopper)


@fix(
    stolen_key_is_dead="with the key (PutObject, AssumeRole)",
    federation_token_is_dead="the federation token (PutObject)",
)
def trust_the_quarantine(perform, responder, ci_user):
    """AWSCompromisedKeyQuarantineV3 is attached: it denies what thieves like most, not everything."""
    perform(report_findings)
    responder.iam.attach_user_policy(
        UserName=ci_user, PolicyArn="arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3"
    )
    shut(perform)
    perform(revoke_the_hopper)


@fix(
    stolen_key_is_dead="from a new address",
    federation_token_is_dead="Minted before your fix, and it doesn't need the key",
)
def block_the_address(perform, responder, ci_user, thief):
    """The thief's address is denied, and the thief has others."""
    perform(report_findings)
    denied = dict(DENY_ALL["Statement"][0])
    denied["Condition"] = {"IpAddress": {"aws:SourceIp": thief.address}}
    responder.iam.put_user_policy(
        UserName=ci_user,
        PolicyName="block-thief",
        PolicyDocument=json.dumps(DENY_ALL | {"Statement": [denied]}),
    )
    shut(perform)
    perform(revoke_the_hopper)


@fix(
    federation_token_is_dead="Minted before your fix, and it doesn't need the key",
    next_leak_is_harmless="With the pipeline's present credentials a thief could again",
)
def forget_the_federation_token(perform, responder, settings, ci_user, leaked_key_id):
    """The key is rotated and the role's sessions are revoked, but the user keeps its rights."""
    perform(report_findings)
    remove_key(responder, ci_user, leaked_key_id)
    shut(perform)
    perform(revoke_the_hopper)
    give_pipeline_key_of(responder, settings, ci_user)


# The role session


@fix(role_session_is_dead="by means from before your fix: the role session")
def forget_the_role_session(perform, responder, ci_user):
    """Everything but the session that the thief hopped into: it needs neither key nor user."""
    all_but(perform, responder, ci_user, sessions=False)


@fix(role_session_is_dead="by means from before your fix: the role session")
def revoke_by_the_wrong_time(perform, responder, now, ci_user, export_role):
    """The policy asks what time it is, not when the session was issued: it denies nothing."""
    all_but(perform, responder, ci_user, sessions=False)
    revoke_sessions(responder, export_role, now(), key="aws:CurrentTime")


@fix(reports_are_written="The analyst's report no longer works")
def deny_the_role_everything(perform, responder, now, ci_user, export_role):
    """Sessions are revoked up to tomorrow: those that the analyst takes today are denied too."""
    all_but(perform, responder, ci_user, sessions=False)
    revoke_sessions(responder, export_role, now() + timedelta(days=1))


@fix(reports_are_written="The analyst's report no longer works")
def delete_the_role(perform, responder, ci_user, export_role):
    """The role is deleted to be rid of its sessions, and the analyst needs it."""
    all_but(perform, responder, ci_user, sessions=False)
    responder.iam.delete_role_policy(RoleName=export_role, PolicyName="read-exports")
    responder.iam.delete_role(RoleName=export_role)


# Footholds


@fix(
    backdoors_are_shut="The thief has another way in",
    nothing_is_left_behind="Still there:",
)
def miss_the_footholds(perform, responder, ci_user):
    """The pipeline's user is gone, and what the thief made for itself is not."""
    all_but(perform, responder, ci_user, *FOOTHOLDS)


@fix(when="rogue_user", nothing_is_left_behind="which the thief made")
def switch_the_rogue_key_off(perform, responder, ci_user, rogue_user, rogue_key):
    """The rogue user's key is inactive; the user, its rights and its key are still there."""
    all_but(perform, responder, ci_user, remove_the_rogue)
    responder.iam.update_access_key(
        UserName=rogue_user, AccessKeyId=rogue_key["AccessKeyId"], Status="Inactive"
    )


@fix(when="rogue_user", evidence_is_preserved="destroyed when it was last used")
def delete_the_rogue_user_unread(perform, responder, ci_user, rogue_user):
    """The rogue user's key is deleted while it is in use, and with it what it was used for last."""
    for key in responder.iam.list_access_keys(UserName=rogue_user)["AccessKeyMetadata"]:
        responder.iam.delete_access_key(UserName=rogue_user, AccessKeyId=key["AccessKeyId"])
    all_but(perform, responder, ci_user)


@fix(when="planted_key", nothing_is_left_behind="the key AKIA")
def switch_the_planted_key_off(perform, responder, ci_user, dormant_user, planted_key):
    """The second key is inactive, and an UpdateAccessKey away from being back."""
    all_but(perform, responder, ci_user, remove_the_planted_key)
    responder.iam.update_access_key(
        UserName=dormant_user, AccessKeyId=planted_key["AccessKeyId"], Status="Inactive"
    )


@fix(
    when="opened_role",
    backdoors_are_shut="an account of its own (AssumeRole)",
    nothing_is_left_behind="Still there: the trust of",
)
def revoke_without_closing_the_trust(perform, responder, ci_user):
    """The opened role's sessions are revoked, and the thief takes another one."""
    all_but(perform, responder, ci_user, close_the_trust)


@fix(when="opened_role", backdoors_are_shut="a session of a role that trusted its account")
def close_the_trust_alone(perform, responder, ci_user):
    """The role's trust is as it was: it is asked when a session is taken, never again."""
    all_but(perform, responder, ci_user, revoke_the_lodger)


@fix(when="opened_role", reports_are_written="Nobody gets into the operations role any more")
def close_the_role_to_all(perform, responder, ci_user, opened_role):
    """The opened role trusts nobody at all, the company included."""
    all_but(perform, responder, ci_user)
    nobody = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}],
    }
    responder.iam.update_assume_role_policy(RoleName=opened_role, PolicyDocument=json.dumps(nobody))


@fix(when="console_user", backdoors_are_shut="a console session")
def delete_the_password_alone(perform, responder, ci_user):
    """The login profile is gone, and whoever is signed in stays signed in."""
    all_but(perform, responder, ci_user, revoke_the_console)


@fix(
    when="console_user",
    backdoors_are_shut="a console session",
    nothing_is_left_behind="Still there: the console password of",
)
def reset_the_password(perform, responder, ci_user, console_user):
    """Another password, for a user that never had one before the thief came."""
    all_but(perform, responder, ci_user, remove_the_password, revoke_the_console)
    responder.iam.update_login_profile(UserName=console_user, Password="Correct-Horse-42!")


@fix(when="function_name", nothing_is_left_behind="Still there: the function")
def disable_the_rule(perform, responder, ci_user, function_rule):
    """The schedule is off, and the function with its role waits for whoever may invoke it."""
    all_but(perform, responder, ci_user, remove_the_function)
    responder.events.disable_rule(Name=function_rule)


@fix(
    when="function_name",
    backdoors_are_shut="its function (ListUsers, CreateUser",
    nothing_is_left_behind="Still there: the function",
)
def remove_what_the_function_made(perform, responder, ci_user):
    """The user is gone, and the function makes another one when it runs again."""
    all_but(perform, responder, ci_user, remove_the_function)


@fix(when="function_name", evidence_is_preserved="destroyed its code and its role: GetFunction")
def delete_the_function_unread(perform, responder, ci_user, function_name):
    """The function is deleted before anybody looked at what it does, and with which role."""
    responder.client("lambda").delete_function(FunctionName=function_name)
    all_but(perform, responder, ci_user, remove_the_function)
    perform(remove_the_rule)


def remove_the_rule(responder, function_rule):
    """A schedule that starts nothing any more."""
    targets = responder.events.list_targets_by_rule(Rule=function_rule)["Targets"]
    responder.events.remove_targets(Rule=function_rule, Ids=[each["Id"] for each in targets])
    responder.events.delete_rule(Name=function_rule)


@fix(when="function_name", reports_are_written="The company's function")
def take_the_functions_role(perform, responder, ci_user, janitor_role):
    """The function's role is deleted, and it was another function's first."""
    all_but(perform, responder, ci_user)
    for policy in responder.iam.list_attached_role_policies(RoleName=janitor_role)[
        "AttachedPolicies"
    ]:
        responder.iam.detach_role_policy(RoleName=janitor_role, PolicyArn=policy["PolicyArn"])
    responder.iam.delete_role(RoleName=janitor_role)


@fix(
    when="opened_bucket",
    backdoors_are_shut="an account of its own (ListObjectsV2, GetObject)",
    nothing_is_left_behind="permits to account",
)
def leave_the_bucket_open(perform, responder, ci_user):
    """Every credential is dead, and the bucket's policy needs none of them."""
    all_but(perform, responder, ci_user, close_the_bucket)


@fix(when="urls", role_session_is_dead="a URL that the session signed (GET)")
def deny_the_role_its_sdk(perform, responder, now, ci_user, export_role):
    """What signs its requests in a header is denied; a URL is signed in its query."""
    all_but(perform, responder, ci_user, sessions=False)
    denied = json.loads(older_than(now()))
    denied["Statement"][0]["Condition"]["StringEquals"] = {"s3:authType": "REST-HEADER"}
    responder.iam.put_role_policy(
        RoleName=export_role, PolicyName="revoke", PolicyDocument=json.dumps(denied)
    )


# Time


@fix(
    backdoors_are_shut="a key that it made when it was cut off",
    nothing_is_left_behind="which the thief made",
)
def slow_containment(perform, responder, wait, ci_user):
    """The key first, all else after lunch: meanwhile the thief makes itself another foothold."""
    perform(deactivate_key)
    wait(timedelta(hours=3))
    all_but(perform, responder, ci_user, remove_what_came_later)


@fix(credentials_are_new="and the thief could still call IAM")
def recover_before_containing(perform, responder, wait, ci_user):
    """The pipeline's role is made while the thief still administers IAM."""
    perform(report_findings)
    perform(deactivate_key)
    perform(strip_ci_user)
    perform(pipeline_takes_role)
    wait(timedelta(hours=3))
    perform(revoke_the_hopper)
    shut(perform)
    remove_user(responder, ci_user)


# Recovery


@fix(pipeline_deploys="The pipeline no longer deploys")
def forget_the_pipeline(perform, responder, ci_user):
    """Everything of the thief's is gone, and the pipeline has no credentials."""
    perform(report_findings)
    perform(deactivate_key)
    shut(perform)
    perform(revoke_the_hopper)
    remove_user(responder, ci_user)


@fix(next_leak_is_harmless="With the pipeline's present credentials a thief could again")
def keep_the_rights(perform, responder, settings, ci_user):
    """A new user for the pipeline, with the old one's rights: all of them."""
    perform(report_findings)
    perform(deactivate_key)
    shut(perform)
    iam = responder.iam
    iam.create_user(UserName="site-deployer", Path="/automation/")
    for name in iam.list_user_policies(UserName=ci_user)["PolicyNames"]:
        document = iam.get_user_policy(UserName=ci_user, PolicyName=name)["PolicyDocument"]
        iam.put_user_policy(
            UserName="site-deployer", PolicyName=name, PolicyDocument=json.dumps(document)
        )
    give_pipeline_key_of(responder, settings, "site-deployer")
    remove_user(responder, ci_user)
    perform(revoke_the_hopper)


# Findings


@fix(names_every_principal="did nothing wrong: an accusation needs evidence")
def accuse_a_colleague(perform, submit, account_id, analyst_user, culprits):
    """The response is right, and the analyst is accused of it."""
    perform(reference)
    submit(principals=[*culprits, f"arn:aws:iam::{account_id}:user/people/{analyst_user}"])


@fix(evidence_holds="are the company's ordinary work")
def submit_everything(perform, submit, records, first_record):
    """The response is right; the evidence is every event there is."""
    perform(reference)
    submit(evidence=[record["eventID"] for record in records[:first_record]])


@fix(evidence_holds="No event that you submitted proves that the thief read customers' data")
def stay_in_the_event_history(perform, submit, records, first_record, thieves):
    """The response is right; the evidence is what LookupEvents shows, which holds no data events."""
    perform(reference)
    submit(
        evidence=[
            record["eventID"]
            for record in records[:first_record]
            if record["managementEvent"] and record["sourceIPAddress"] in thieves
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


@fix(counts_the_people="Count each once, in the objects that were read")
def count_rows_as_people(perform, submit, responder, export_bucket, loot):
    """The response is right; who bought in three months is three people."""
    perform(reference)
    rows = 0
    for key in loot:
        body = responder.s3.get_object(Bucket=export_bucket, Key=key)["Body"].read().decode()
        rows += len(body.splitlines()) - 1
    submit(people=f"{rows}")


@fix(names_the_key="is not the key that leaked")
def name_the_wrong_key(perform, submit, developer_key):
    """The response is right; the key named belongs to a developer."""
    perform(reference)
    submit(key=developer_key["AccessKeyId"])
