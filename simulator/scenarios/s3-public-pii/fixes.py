"""Responses to the open bucket: right ones, and those that responders really give."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from simulator.scenario import fix

ALL_FOUR = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


# --- what was found -----------------------------------------------------------------------------


def report_findings(submit, perform, guilty_openers, leak, guilty_sources, taken, people):
    """All of it, with the events that prove it."""
    submit(
        openers=guilty_openers,
        leak=leak,
        sources=guilty_sources,
        taken=taken,
        people=str(people),
        evidence=perform(proof),
        last_read=perform(last_read),
    )


OPENING = {"PutBucketPolicy", "PutObjectAcl", "DeleteBucketPublicAccessBlock"}
PROVING = {*OPENING, "CreateAccessKey", "GetObject"}


def proof(records, thieves, guilty_openers):
    """The opening, the thief's way back, the reads."""
    return [
        record["eventID"]
        for record in records
        if (record["eventName"] in OPENING and record["userIdentity"].get("arn") in guilty_openers)
        or (record["sourceIPAddress"] in thieves and record["eventName"] in PROVING)
    ]


def last_read(records, thieves, taken):
    """When the last object with customers' data was read."""
    return [
        record["eventTime"]
        for record in records
        if record["eventName"] == "GetObject"
        and record["sourceIPAddress"] in thieves
        and record["requestParameters"]["key"] in taken
        and "errorCode" not in record
    ][-1]


# --- single measures ----------------------------------------------------------------------------


def keep_settings(responder, bucket, evidence_bucket, shared):
    """The policy and the ACLs as they are, before anything is changed."""
    s3 = responder.s3
    kept = {
        "policy": json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]),
        "bucket_acl": s3.get_bucket_acl(Bucket=bucket)["Grants"],
        "object_acls": {key: s3.get_object_acl(Bucket=bucket, Key=key)["Grants"] for key in shared},
    }
    s3.put_object(
        Bucket=evidence_bucket, Key="before/settings.json", Body=json.dumps(kept).encode()
    )


def copy_logs(responder, records, thieves, account_id, log_bucket, evidence_bucket):
    """The log files of the hours in which the thief was there, as they were delivered."""
    s3 = responder.s3
    began = datetime.fromisoformat(
        next(each["eventTime"] for each in records if each["sourceIPAddress"] in thieves)
    )
    folder = f"AWSLogs/{account_id}/CloudTrail/us-east-1/"
    for prefix, since in (
        ("access/", f"access/{began:%Y-%m-%d-%H-%M-%S}"),
        (
            folder,
            f"{folder}{began:%Y/%m/%d}/{account_id}_CloudTrail_us-east-1_{began:%Y%m%dT%H%M}Z",
        ),
    ):
        files = s3.list_objects_v2(Bucket=log_bucket, Prefix=prefix, StartAfter=since)["Contents"]
        for each in files:
            if each["LastModified"] < began + timedelta(hours=3):
                s3.copy_object(
                    Bucket=evidence_bucket,
                    Key=f"logs/{each['Key']}",
                    CopySource={"Bucket": log_bucket, "Key": each["Key"]},
                )


def export_logs(responder, records, thieves, evidence_bucket):
    """What a log archive finds about the thief's addresses, saved as it says it."""
    found = [each for each in records if each["sourceIPAddress"] in thieves]
    lines = [
        f"{each['eventTime']} {each['sourceIPAddress']} REST.GET.OBJECT {each['requestParameters']}"
        for each in found
        if each["eventName"] == "GetObject"
    ]
    kept = json.dumps({"trail": found, "access_log": lines}, default=str)
    responder.s3.put_object(Bucket=evidence_bucket, Key="logs/found.json", Body=kept.encode())


def preserve(perform):
    """Settings and logs."""
    perform(keep_settings)
    perform(export_logs)


def block(responder, bucket, on=ALL_FOUR):
    """Block Public Access of the bucket; all four settings unless some are named."""
    responder.s3.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={name: name in on for name in ALL_FOUR},
    )


def block_account(responder, account_id):
    """Block Public Access of the whole account, which nobody but an administrator takes off."""
    responder.s3control.put_public_access_block(
        AccountId=account_id,
        PublicAccessBlockConfiguration=dict.fromkeys(ALL_FOUR, True),
    )


def disable_acls(responder, bucket):
    """Object Ownership: the bucket's owner owns everything, and ACLs count for nothing."""
    responder.s3.put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )


def statements(responder, bucket):
    """Those of the bucket's policy."""
    return json.loads(responder.s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]


def put_statements(responder, bucket, kept):
    """The bucket's policy, anew."""
    document = {"Version": "2012-10-17", "Statement": kept}
    responder.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))


def drop_public_statement(responder, bucket, public_sid):
    """All but the statement for everybody."""
    kept = [each for each in statements(responder, bucket) if each["Sid"] != public_sid]
    put_statements(responder, bucket, kept)


def keep_partner_alone(responder, bucket):
    """The partner's statement, and no other."""
    kept = [each for each in statements(responder, bucket) if each["Sid"] == "PartnerUploads"]
    put_statements(responder, bucket, kept)


def close_bucket(perform):
    """Block Public Access for account and bucket, no ACLs, the partner's statement alone."""
    perform(block_account)
    perform(block)
    perform(disable_acls)
    perform(keep_partner_alone)


def delete_keys(responder, delivery_user):
    """Every key of the delivery job's user."""
    keys = responder.iam.list_access_keys(UserName=delivery_user)["AccessKeyMetadata"]
    for key in keys:
        responder.iam.delete_access_key(UserName=delivery_user, AccessKeyId=key["AccessKeyId"])


def give_new_key(responder, settings, user):
    """A new key for the delivery job."""
    key = responder.iam.create_access_key(UserName=user)["AccessKey"]
    settings["delivery"] = settings["delivery"] | {
        "access_key_id": key["AccessKeyId"],
        "secret_access_key": key["SecretAccessKey"],
    }


def delivery_rights(bucket):
    """What delivering takes."""
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": ["s3:GetObject", "s3:PutObject"],
                    "Resource": f"arn:aws:s3:::{bucket}/outgoing/*",
                }
            ],
        }
    )


def narrow_delivery(responder, delivery_user, bucket):
    """Its user gets the rights that it needs."""
    responder.iam.put_user_policy(
        UserName=delivery_user, PolicyName="job", PolicyDocument=delivery_rights(bucket)
    )


def renew_delivery(perform, responder, settings, delivery_user):
    """Every key goes, the rights shrink, the job gets a new key."""
    perform(delete_keys)
    perform(narrow_delivery)
    give_new_key(responder, settings, delivery_user)


def sign_for_site(responder, settings, origin_user, bucket):
    """The network signs again, and its user may read the folder that the site is in now."""
    rights = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{bucket}/assets/*",
            }
        ],
    }
    responder.iam.put_user_policy(
        UserName=origin_user, PolicyName="job", PolicyDocument=json.dumps(rights)
    )
    settings["cdn"] = settings["cdn"] | {"sign_requests": "yes"}


def restore_business(perform):
    """The delivery job and the site."""
    perform(renew_delivery)
    perform(sign_for_site)


# --- whole responses ----------------------------------------------------------------------------


@fix()
def reference(perform):
    """Copies first; then public access, ACLs, statements and keys; then least privilege."""
    perform(report_findings)
    perform(keep_settings)
    perform(copy_logs)
    perform(close_bucket)
    perform(restore_business)


@fix()
def admit_the_network_by_address(
    perform, responder, settings, bucket, edge, personal, delivery_user
):
    """Also right: ACLs put back one by one, the site for the network's address, a new user."""
    perform(report_findings)
    perform(preserve)
    for key in personal:
        responder.s3.put_object_acl(Bucket=bucket, Key=key, ACL="private")
    partner = [one for one in statements(responder, bucket) if one["Sid"] == "PartnerUploads"]
    site = {
        "Sid": "NetworkReadsSite",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/assets/*",
        "Condition": {"IpAddress": {"aws:SourceIp": f"{edge.address}/32"}},
    }
    put_statements(responder, bucket, [*partner, site])
    perform(block_account)
    perform(delete_keys)
    iam = responder.iam
    iam.delete_user_policy(UserName=delivery_user, PolicyName="job")
    iam.delete_user(UserName=delivery_user)
    iam.create_user(UserName="outgoing-reports", Path="/automation/")
    iam.put_user_policy(
        UserName="outgoing-reports", PolicyName="job", PolicyDocument=delivery_rights(bucket)
    )
    give_new_key(responder, settings, "outgoing-reports")


STRANGERS = "Strangers still get through"
KEY = "The key that lay in the bucket still works"
STATEMENT = "The bucket's policy still has a statement for an account"
ANOTHER = "Another account still reads the bucket"
LINK = "A link that the thief signed is still good"
AGAIN = "Whoever opened the bucket can do so again"
SITE = "The site is not served any more"
PARTNER = "The partner's uploads no longer arrive"
DELIVERIES = "Deliveries no longer go out"


# --- the bucket is not closed -------------------------------------------------------------------


def drop_hostile_statements(responder, bucket, mule_account):
    """Those of an account that nobody knows."""
    kept = [each for each in statements(responder, bucket) if mule_account not in json.dumps(each)]
    put_statements(responder, bucket, kept)


def drop_grants(responder, bucket, granted=()):
    """ACLs that name an account that nobody knows."""
    for key in granted:
        responder.s3.put_object_acl(Bucket=bucket, Key=key, ACL="private")


def shut_the_thief_out(perform):
    """The thief's own ways, and the company's jobs; the bucket is as public as it was."""
    perform(drop_hostile_statements)
    perform(drop_grants)
    perform(restore_business)


@fix(strangers_read_nothing=STRANGERS)
def remove_the_policy_alone(perform):
    """The statement for everybody is gone; two objects' ACLs say public-read."""
    perform(report_findings)
    perform(preserve)
    perform(shut_the_thief_out)
    perform(drop_public_statement)


@fix(strangers_read_nothing=STRANGERS)
def forget_ignore_public_acls(perform):
    """The policy is gone, and three of four settings are on. The one that counts here is not."""
    perform(report_findings)
    perform(preserve)
    perform(shut_the_thief_out)
    perform(drop_public_statement)
    perform(block_three)


def block_three(responder, bucket):
    """Without IgnorePublicAcls."""
    block(responder, bucket, [each for each in ALL_FOUR if each != "IgnorePublicAcls"])


@fix(strangers_read_nothing=STRANGERS, way_back_is_closed=ANOTHER)
def block_new_policies_alone(perform, responder, bucket):
    """BlockPublicPolicy and the ACLs' settings are on: the policy that is there stays in force."""
    perform(report_findings)
    perform(preserve)
    perform(shut_the_thief_out)
    block(responder, bucket, ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy"))


@fix(strangers_read_nothing=STRANGERS, way_back_is_closed=ANOTHER)
def require_tls(perform, responder, bucket):
    """Everything unencrypted is denied. The thief's tools speak TLS."""
    perform(report_findings)
    perform(preserve)
    perform(shut_the_thief_out)
    deny(responder, bucket, {"Bool": {"aws:SecureTransport": "false"}})


@fix(strangers_read_nothing=STRANGERS, way_back_is_closed=ANOTHER)
def block_the_addresses(perform, responder, bucket, guilty_sources):
    """The addresses that took data are denied, and the thief has others."""
    perform(report_findings)
    perform(preserve)
    perform(shut_the_thief_out)
    deny(responder, bucket, {"IpAddress": {"aws:SourceIp": guilty_sources}})


def deny(responder, bucket, condition):
    """A statement that denies everything to everybody of whom the condition holds."""
    arn = f"arn:aws:s3:::{bucket}"
    statement = {
        "Sid": "Denied",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": condition,
    }
    put_statements(responder, bucket, [*statements(responder, bucket), statement])


@fix(strangers_read_nothing=STRANGERS)
def upload_the_files_again(perform, responder, bucket, personal):
    """Every file is uploaded anew, without a public ACL. The old versions have theirs."""
    perform(report_findings)
    perform(preserve)
    perform(shut_the_thief_out)
    perform(drop_public_statement)
    for key in personal:
        body = responder.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        responder.s3.put_object(Bucket=bucket, Key=key, Body=body)


# --- the thief is not shut out ------------------------------------------------------------------


@fix(leaked_key_is_dead=KEY, way_back_is_closed="", nothing_is_left_behind="")
def only_block_public_access(perform):
    """The public statement is gone, all settings are on. Keys and named accounts are not public."""
    perform(report_findings)
    perform(preserve)
    perform(block_account)
    perform(block)
    perform(drop_public_statement)
    perform(sign_for_site)


@fix(partner_uploads=PARTNER, next_leak_is_harmless="With the delivery job's present credentials")
def leave_the_public_statement(perform):
    """RestrictPublicBuckets holds it down, and shuts every other account out while it is there."""
    perform(report_findings)
    perform(preserve)
    perform(drop_hostile_statements)
    perform(block_account)
    perform(block)
    perform(disable_acls)
    perform(restore_business)


@fix(when="foreign_sid", way_back_is_closed=ANOTHER, nothing_is_left_behind=STATEMENT)
def leave_the_other_statement(perform):
    """The statement for everybody is gone, and one with a harmless name is not."""
    perform(report_findings)
    perform(preserve)
    perform(block_account)
    perform(block)
    perform(disable_acls)
    perform(drop_public_statement)
    perform(restore_business)


@fix(
    when="granted",
    way_back_is_closed=ANOTHER,
    nothing_is_left_behind="still names an account that is neither yours",
)
def ignore_public_acls_alone(perform):
    """Public ACLs are ignored. The thief's name its account, and are none."""
    perform(report_findings)
    perform(preserve)
    perform(block_account)
    perform(block)
    perform(keep_partner_alone)
    perform(restore_business)


@fix(
    when="links",
    way_back_is_closed=LINK,
    nothing_is_left_behind="The key that the thief made",
    next_leak_is_harmless="With the delivery job's present credentials",
)
def only_delete_the_leaked_key(perform, responder, settings, delivery_user, leaked_key, bucket):
    """The key in the file is deleted. The one that signed the links is another."""
    perform(report_findings)
    perform(preserve)
    perform(close_bucket)
    perform(sign_for_site)
    responder.iam.delete_access_key(UserName=delivery_user, AccessKeyId=leaked_key["AccessKeyId"])
    give_new_key(responder, settings, delivery_user)


@fix(when="links", way_back_is_closed=LINK, nothing_is_left_behind="The key that the thief made")
def move_the_linked_objects(
    perform, responder, settings, bucket, linked, delivery_user, leaked_key
):
    """What the log shows links for is moved. There is a link that was not used yet."""
    perform(report_findings)
    perform(preserve)
    perform(close_bucket)
    for key in linked:
        source = {"Bucket": bucket, "Key": key}
        responder.s3.copy_object(Bucket=bucket, Key=f"moved/{key}", CopySource=source)
        responder.s3.delete_object(Bucket=bucket, Key=key)
    responder.iam.delete_access_key(UserName=delivery_user, AccessKeyId=leaked_key["AccessKeyId"])
    responder.iam.create_user(UserName="outgoing-reports", Path="/automation/")
    responder.iam.put_user_policy(
        UserName="outgoing-reports", PolicyName="job", PolicyDocument=delivery_rights(bucket)
    )
    give_new_key(responder, settings, "outgoing-reports")
    perform(sign_for_site)


@fix(when="links", nothing_is_left_behind="The key that the thief made")
def switch_the_second_key_off(perform, responder, settings, delivery_user, leaked_key, second_key):
    """The thief's key is inactive, and still there."""
    perform(report_findings)
    perform(preserve)
    perform(close_bucket)
    responder.iam.update_access_key(
        UserName=delivery_user, AccessKeyId=second_key["AccessKeyId"], Status="Inactive"
    )
    responder.iam.delete_access_key(UserName=delivery_user, AccessKeyId=leaked_key["AccessKeyId"])
    perform(narrow_delivery)
    give_new_key(responder, settings, delivery_user)
    perform(sign_for_site)


@fix(
    leaked_key_is_dead=KEY,
    site_is_served=SITE,
)
def delete_the_wrong_users_key(perform, responder, origin_user, origin_key, second_key=None):
    """The site's key is deleted: it was in use all night. The thief's was another."""
    perform(report_findings)
    perform(preserve)
    perform(close_bucket)
    perform(sign_for_site)
    responder.iam.delete_access_key(UserName=origin_user, AccessKeyId=origin_key["AccessKeyId"])
    perform(drop_second_key)


def drop_second_key(responder, delivery_user, second_key=None):
    """The key that the thief made, where it made one."""
    if second_key:
        responder.iam.delete_access_key(
            UserName=delivery_user, AccessKeyId=second_key["AccessKeyId"]
        )


# --- the company stands still -------------------------------------------------------------------


@fix(site_is_served=SITE)
def forget_the_site(perform):
    """Everything is closed, and the network still asks unsigned."""
    perform(report_findings)
    perform(preserve)
    perform(close_bucket)
    perform(renew_delivery)


@fix(partner_uploads=PARTNER)
def delete_the_policy(perform, responder, bucket):
    """The whole policy is deleted, the partner's statement with it."""
    perform(report_findings)
    perform(preserve)
    perform(close_bucket)
    responder.s3.delete_bucket_policy(Bucket=bucket)
    perform(restore_business)


@fix(partner_uploads=PARTNER)
def deny_other_accounts(perform, responder, bucket, account_id):
    """Nobody from outside of the account gets in: nor does the partner."""
    perform(report_findings)
    perform(preserve)
    perform(close_bucket)
    deny(responder, bucket, {"StringNotEquals": {"aws:PrincipalAccount": account_id}})
    perform(restore_business)


@fix(
    evidence_is_preserved="Logs or versions were deleted before",
    site_is_served=SITE,
    partner_uploads=PARTNER,
    deliveries_go_out=DELIVERIES,
)
def delete_the_bucket(perform, responder, bucket):
    """What is gone can't be stolen. Nor can it be served, or shown to anybody."""
    perform(report_findings)
    perform(block_account)
    perform(restore_business)
    perform(keep_settings)
    versions = responder.s3.list_object_versions(Bucket=bucket)
    gone = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in versions["Versions"]]
    responder.s3.delete_objects(Bucket=bucket, Delete={"Objects": gone, "Quiet": True})
    responder.s3.delete_bucket(Bucket=bucket)
    perform(export_logs)


# --- the evidence -------------------------------------------------------------------------------


@fix(evidence_is_preserved="was made after it was changed")
def close_first_copy_later(perform):
    """Policy and ACLs are copied when they are as they should be."""
    perform(report_findings)
    perform(close_bucket)
    perform(restore_business)
    perform(export_logs)
    perform(keep_what_is_left)


def keep_what_is_left(responder, bucket, evidence_bucket, public_sid):
    """Today's policy, with a note about yesterday's."""
    kept = {
        "policy": responder.s3.get_bucket_policy(Bucket=bucket)["Policy"],
        "note": f"There was a statement {public_sid}, and ACLs for AllUsers.",
    }
    responder.s3.put_object(
        Bucket=evidence_bucket, Key="settings.json", Body=json.dumps(kept).encode()
    )


@fix(evidence_is_preserved="No copy of the server access log")
def keep_no_logs(perform):
    """Settings are copied; the logs will be there tomorrow, one hopes."""
    perform(report_findings)
    perform(keep_settings)
    perform(close_bucket)
    perform(restore_business)


@fix(evidence_is_preserved="Logs or versions were deleted before")
def purge_the_logs(perform, responder, log_bucket):
    """The logs name customers' files, so they are deleted; what is left of them is copied."""
    perform(report_findings)
    perform(keep_settings)
    files = responder.s3.list_objects_v2(Bucket=log_bucket, Prefix="access/")["Contents"]
    responder.s3.delete_objects(
        Bucket=log_bucket, Delete={"Objects": [{"Key": each["Key"]} for each in files]}
    )
    perform(export_logs)
    perform(close_bucket)
    perform(restore_business)


# --- next time ----------------------------------------------------------------------------------


@fix(mistake_does_no_harm=AGAIN)
def guard_the_bucket_alone(perform):
    """Block Public Access of the bucket: whoever took it off can do so again."""
    perform(report_findings)
    perform(preserve)
    perform(block)
    perform(disable_acls)
    perform(keep_partner_alone)
    perform(restore_business)


@fix(next_leak_is_harmless="With the delivery job's present credentials")
def keep_the_jobs_rights(perform, responder, settings, delivery_user):
    """A new key with all the old rights."""
    perform(report_findings)
    perform(preserve)
    perform(close_bucket)
    perform(sign_for_site)
    perform(delete_keys)
    give_new_key(responder, settings, delivery_user)


# --- what was said ------------------------------------------------------------------------------


@fix(
    names_the_takers="took no customers' data: an accusation needs evidence",
    names_who_opened="made nothing public: an accusation needs evidence",
    names_the_leak="holds no credentials that the thief read",
    knows_until_when="is not when the thief read customers' data for the last time",
)
def accuse_the_loud(perform, submit, crawler, thief, opener_arn, colleague_arn, records, thieves):
    """The response is right; the busiest visitor and whoever changed the policy are accused."""
    perform(respond)
    submit(
        sources=[crawler.address, thief.address],
        openers=[opener_arn, colleague_arn],
        leak="assets/app.js",
        last_read=next(each["eventTime"] for each in records if each["sourceIPAddress"] in thieves),
    )


def respond(perform):
    """All that is right, with the least copying."""
    perform(report_findings)
    perform(preserve)
    perform(close_bucket)
    perform(restore_business)


@fix(knows_until_when="is later than the thief's last read")
def take_the_last_line_of_the_log(perform, submit, records):
    """The response is right; whoever was last in the log is taken for the thief."""
    perform(respond)
    submit(last_read=records[-1]["eventTime"])


@fix(
    counts_the_people="is not how many customers are in what was taken",
    names_what_was_taken="holds no customer's data",
)
def count_rows(perform, submit, taken, template, versions, people_in):
    """The response is right; rows are counted as people, and a template as data."""
    perform(respond)
    rows = sum(len(people_in[key, versions[key][0]]) for key in taken)
    submit(people=str(rows), taken=[*taken, template])


@fix(
    when="headed",
    names_what_was_taken="was not taken: a list and a HEAD read nothing",
    evidence_holds="are the company's ordinary work",
)
def count_every_mention(perform, submit, personal, records, first_record):
    """The response is right; every file is reported, and every event is evidence."""
    perform(respond)
    submit(taken=personal, evidence=[each["eventID"] for each in records[:first_record]])


@fix(
    when="reduced",
    counts_the_people="is not how many customers are in what was taken",
)
def count_the_present_versions(perform, submit, taken, versions, people_in):
    """The response is right; people are counted in the files as they are today."""
    perform(respond)
    found = set().union(*(people_in[key, versions[key][-1]] for key in taken))
    submit(people=str(len(found)))


@fix(
    evidence_holds="who made objects public by their ACLs, which is a data event",
    names_the_takers="are not named",
    names_what_was_taken="are not named",
)
def stay_in_the_event_history(perform, submit, records, thieves, guilty_openers, thief, taken):
    """The response is right; the evidence is what LookupEvents shows, and one source is enough."""
    perform(respond)
    submit(
        sources=thief.address,
        taken=taken[1:],
        evidence=[
            each["eventID"]
            for each in records
            if each["managementEvent"]
            and each["eventName"] in PROVING
            and (
                each["sourceIPAddress"] in thieves
                or (each["userIdentity"].get("arn") in guilty_openers)
            )
        ],
    )
