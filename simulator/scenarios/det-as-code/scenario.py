"""An intrusion that nobody was told of: rules are written that tell of the next one.

The course differs by seed: by which of three calls a bucket was opened, by which of three the trail
was made blind, over which protocol a port was opened. The rules are judged by all of them, and more.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from string import Template
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from simulator.events import api_calls, bus
from simulator.grading import alerts
from simulator.scenario import Actor, Phase, Routine, Scenario, check, way

HERE = Path(__file__).parent
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
REFUSALS = (ClientError, BotoCoreError)
EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"
ANY_ACCOUNT = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
GUARDED = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
ALL_EVENTS = [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}]
READS_ALONE = [{"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True, "DataResources": []}]


def policy(name, **values):
    """A document of policies/ with its $names filled in."""
    return Template((HERE / "policies" / f"{name}.json").read_text()).substitute(values)


def document(*statements):
    """A policy of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def to_everybody(bucket, principal="*"):
    """The statement that opens a bucket."""
    return {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }


def trusting(account):
    """A role's trust in its own account."""
    return document(
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            "Action": "sts:AssumeRole",
        }
    )


# --- the cast -----------------------------------------------------------------------------------


def pipeline_keys(settings):
    """What the pipeline is configured with."""
    page = settings["ci"]
    return {"AccessKeyId": page["access_key_id"], "SecretAccessKey": page["secret_access_key"]}


def lodger_keys(impostor, lodged_role_arn):
    """A session of a role."""
    return impostor.sts.assume_role(RoleArn=lodged_role_arn, RoleSessionName="maintenance")[
        "Credentials"
    ]


def thief_agent(chance):
    """Tools that thieves use, and that honest people use as well."""
    return chance.choice(
        [
            "aws-cli/2.15.30 Python/3.11.8 Linux/6.8.0-31-generic exe/x86_64.ubuntu.24",
            "aws-cli/1.22.34 Python/3.10.12 Linux/6.5.0-kali3-amd64 botocore/1.23.34",
            "Boto3/1.34.84 md/Botocore#1.34.84 ua/2.0 os/linux#5.15.0 md/arch#x86_64 lang/python#3.11.2",
        ]
    )


RUNNER = "aws-cli/2.17.51 md/awscrt#0.21.2 ua/2.0 os/linux#6.5.0-1025 md/arch#x86_64 exec-env/CI"
LAPTOP = "aws-cli/2.17.62 md/awscrt#0.21.2 ua/2.0 os/macos#23.6.0 md/arch#arm64 lang/python#3.12.6"
SCRIPT = "Boto3/1.35.10 md/Botocore#1.35.10 ua/2.0 os/linux#6.1.0 md/arch#x86_64 lang/python#3.11.9"
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"

scenario = Scenario(
    title="Nobody was told",
    pillar="Detection",
    severity="high",
    difficulty=3,
    minutes=75,
    attack=("T1562.008", "T1098.001", "T1078.004", "T1530", "T1562.007"),
    controls=("4.4", "4.5", "4.8", "4.10"),
    principals={
        "deployer": Actor(pipeline_keys, "ci runners", RUNNER),
        "engineer": Actor("engineer_key", "head office", LAPTOP),
        "analyst": Actor("analyst_key", "head office", SCRIPT),
        "watchdog": Actor("watchdog_key", "monitoring", SCRIPT),
        "person": Actor(None, "head office", BROWSER),
        "thief": Actor("leaked_key", "hosting", thief_agent, hostile=True),
        "planted": Actor("planted_key", "vps", thief_agent, hostile=True),
        "intruder": Actor(None, "vpn exit", BROWSER, hostile=True),
        # In a replay alone:
        "impostor": Actor("impostor_key", "botnet", thief_agent, hostile=True),
        "lodger": Actor(lodger_keys, "botnet", thief_agent),
        "robbed": Actor("engineer_key", "botnet", thief_agent),
        "newcomer": Actor("newcomer_key", "hotel", LAPTOP),
        "stranger": Actor(None, "homes", BROWSER),
    },
    built=timedelta(days=7),
    injected=(timedelta(days=4.2), timedelta(days=5)),
    attacked=(timedelta(days=2), timedelta(days=3)),
    findings={
        "principals": "ARNs of every principal in this account as whom the intruder acted",
        "evidence": "eventIDs from CloudTrail: at least one for each of the five steps",
    },
    accuses={"principals": "guilty"},
    cause=(
        "A key of the pipeline's user ${ci_user} leaked, whose rights had been widened for a "
        "migration and never narrowed again. It went on for a night because nothing in the account "
        "told anybody: there was a trail, and no rule that looked at it."
    ),
    fidelity=(
        "EventBridge's patterns, targets, policies and buses behave as on AWS, and so do CloudTrail's "
        "records. Events arrive before the next call is made, where AWS takes seconds to minutes. "
        "GuardDuty finds some of this too; what it says minutes later is not judged here."
    ),
)


# --- the company, which nobody watches ----------------------------------------------------------


def baseline(perform, rng, fake, foreign_account):
    """Buckets in two Regions, a trail, people; a topic and a queue of the security team."""
    course = {
        "opening": rng.choice(["account", "policy", "acl"]),
        "blinding": rng.choice(["stop", "delete", "select"]),
        "protocol": rng.choice(["IPv4", "IPv6"]),
    }
    company = fake.unique.last_name().lower()
    suffix = f"{rng.randrange(16**4):04x}"
    names = {
        **course,
        "company": company.capitalize(),
        "site_bucket": f"{company}-site-{suffix}",
        "media_bucket": f"{company}-{rng.choice(['media', 'uploads', 'brochures'])}-{suffix}",
        "branch_bucket": f"{company}-branch-{suffix}",
        "log_bucket": f"{company}-trail-{suffix}",
        "branch_region": rng.choice(["eu-west-1", "eu-central-1", "ap-southeast-2", "us-west-2"]),
        "trail_name": rng.choice(["audit", "account-trail", "management-events"]),
        "ci_user": rng.choice(["ci-deploy", "build-bot", "pipeline", "release-bot"]),
        "dormant_user": rng.choice(["backup-sync", "terraform-init", "bootstrap"]),
        "queue_name": rng.choice(["secops-alerts", "security-oncall", "soc-inbox"]),
        "topic_name": rng.choice(["security-notices", "secops-topic", "security-events"]),
        "distribution": f"E{rng.randrange(10**12, 10**13)}",
        "office": f"198.51.100.{rng.randrange(0, 256, 16)}/28",
        "old_root_password": fake.password(length=14),
        "new_root_password": fake.password(length=24),
        "person_password": fake.password(length=20),
        "watchdog_account": f"{rng.randrange(10**11, 10**12)}",
    }
    perform(lambda: names)
    for act in (make_buckets, start_trail, make_people, build_networks, give_the_team_a_queue):
        perform(act)
    return {"watchdog_key": foreign_account(names["watchdog_account"], "watchdog")}


def make_buckets(
    admin, account_id, site_bucket, media_bucket, branch_bucket, log_bucket, branch_region, opening,
    distribution,
):  # fmt: skip
    """The site's, behind a CDN; one with ACLs, for agencies that still use them; the branch's."""
    s3 = admin.s3
    for bucket in (site_bucket, media_bucket, log_bucket):
        s3.create_bucket(Bucket=bucket)
    admin.client("s3", branch_region).create_bucket(
        Bucket=branch_bucket, CreateBucketConfiguration={"LocationConstraint": branch_region}
    )
    s3.put_bucket_policy(
        Bucket=site_bucket,
        Policy=policy("cdn", bucket=site_bucket, account=account_id, distribution=distribution),
    )
    s3.put_bucket_ownership_controls(
        Bucket=media_bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    s3.put_object(Bucket=media_bucket, Key="brochure.pdf", Body=b"%PDF-1.7 brochure")
    s3.put_object(Bucket=media_bucket, Key="customers.csv", Body=b"id,name\n")
    if opening == "account":
        admin.s3control.put_public_access_block(
            AccountId=account_id, PublicAccessBlockConfiguration=GUARDED
        )
    else:
        s3.delete_public_access_block(Bucket=media_bucket)


def start_trail(admin, account_id, log_bucket, trail_name):
    """One trail of all Regions."""
    admin.s3.put_bucket_policy(
        Bucket=log_bucket, Policy=policy("log-bucket", bucket=log_bucket, account=account_id)
    )
    admin.cloudtrail.create_trail(
        Name=trail_name,
        S3BucketName=log_bucket,
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
    )
    admin.cloudtrail.put_event_selectors(TrailName=trail_name, EventSelectors=ALL_EVENTS)
    admin.cloudtrail.start_logging(Name=trail_name)


def make_people(
    *, admin, fake, settings, root_password, account_id, site_bucket, ci_user, dormant_user,
    person_password, old_root_password,
):  # fmt: skip
    """An engineer, an analyst, a pipeline, a user that nobody uses any more; the root user."""
    iam, facts = admin.iam, {}
    iam.create_group(GroupName="engineering")
    iam.put_group_policy(
        GroupName="engineering",
        PolicyName="engineering",
        PolicyDocument=policy("engineering", account=account_id),
    )
    iam.create_group(GroupName="analytics")
    for who, group in (("engineer", "engineering"), ("analyst", "analytics")):
        user = f"{fake.unique.first_name().lower()}.{fake.unique.last_name().lower()}"
        arn = iam.create_user(UserName=user, Path="/people/")["User"]["Arn"]
        iam.add_user_to_group(GroupName=group, UserName=user)
        key = iam.create_access_key(UserName=user)["AccessKey"]
        facts |= {f"{who}_user": user, f"{who}_arn": arn, f"{who}_key": key}
    iam.create_login_profile(UserName=facts["engineer_user"], Password=person_password)
    for user in (ci_user, dormant_user):
        iam.create_user(UserName=user, Path="/automation/")
    iam.attach_user_policy(UserName=dormant_user, PolicyArn=ADMINISTRATOR)
    iam.put_user_policy(
        UserName=ci_user, PolicyName="deploy", PolicyDocument=policy("deploy", bucket=site_bucket)
    )
    key = iam.create_access_key(UserName=ci_user)["AccessKey"]
    configure(settings, key)
    root_password(old_root_password)
    user_arn = f"arn:aws:iam::{account_id}:user/automation/"
    return {
        **facts,
        "leaked_key": key,
        "ci_user_arn": user_arn + ci_user,
        "dormant_user_arn": user_arn + dormant_user,
        "root_arn": f"arn:aws:iam::{account_id}:root",
    }


def configure(settings, key):
    """The pipeline's settings page."""
    settings["ci"] = {
        "access_key_id": key["AccessKeyId"],
        "secret_access_key": key["SecretAccessKey"],
    }


def build_networks(admin, branch_region, office):
    """A security group in each of the two Regions, open to the office."""
    groups = {}
    for place, region in (("home", "us-east-1"), ("branch", branch_region)):
        ec2 = admin.client("ec2", region)
        vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
        group = ec2.create_security_group(GroupName="servers", Description="Servers", VpcId=vpc)[
            "GroupId"
        ]
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[port(22, four=office)])
        groups |= {f"{place}_vpc": vpc, f"{place}_group": group}
    return groups


def port(number, *, four="", six="", group=""):
    """A rule of a security group for one TCP port."""
    return {
        "IpProtocol": "tcp",
        "FromPort": number,
        "ToPort": number,
        **({"IpRanges": [{"CidrIp": four}]} if four else {}),
        **({"Ipv6Ranges": [{"CidrIpv6": six}]} if six else {}),
        **({"UserIdGroupPairs": [{"GroupId": group}]} if group else {}),
    }


def give_the_team_a_queue(admin, account_id, queue_name, topic_name, watchdog_account):
    """It takes what the topic and the watchdog send, and nothing else."""
    topic = admin.sns.create_topic(Name=topic_name)["TopicArn"]
    queue = f"arn:aws:sqs:us-east-1:{account_id}:{queue_name}"
    url = admin.sqs.create_queue(
        QueueName=queue_name,
        Attributes={
            "Policy": policy("queue", queue=queue, topic=topic, watchdog=watchdog_account),
            "MessageRetentionPeriod": f"{14 * 24 * 3600}",
        },
    )["QueueUrl"]
    admin.sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=queue,
        Attributes={"RawMessageDelivery": "true"},
    )
    return {"queue_arn": queue, "queue_url": url, "topic_arn": topic}


# --- the mistake --------------------------------------------------------------------------------


def inject(admin, ci_user):
    """For a migration the pipeline may do more, and may do it still when that is over."""
    admin.iam.put_user_policy(
        UserName=ci_user, PolicyName="migration", PolicyDocument=policy("migration")
    )


# --- the company's days -------------------------------------------------------------------------


def workload(deployer, rng, site_bucket):
    """The pipeline deploys the site."""
    deployer.s3.list_objects_v2(Bucket=site_bucket)
    page = f"<!doctype html><p>{rng.randrange(10**6)}"
    deployer.s3.put_object(Bucket=site_bucket, Key="index.html", Body=page.encode())


def heartbeat(watchdog, rng, queue_url):
    """The monitoring service says, from its own account, that it watches: to the team's queue."""
    watchdog.sqs.send_message(
        QueueUrl=queue_url, MessageBody=f"heartbeat {rng.randrange(10**9):09}"
    )


def release(engineer, account_id, site_bucket, distribution):
    """A release puts the site's policy and its guard as they are: for the CDN, and for nobody else."""
    engineer.s3.put_bucket_policy(
        Bucket=site_bucket,
        Policy=policy("cdn", bucket=site_bucket, account=account_id, distribution=distribution),
    )
    engineer.s3.put_public_access_block(Bucket=site_bucket, PublicAccessBlockConfiguration=GUARDED)


def keep_private(engineer, media_bucket):
    """The agencies' bucket, whose ACLs are in use, gets the ACL that it has."""
    engineer.s3.get_bucket_acl(Bucket=media_bucket)
    engineer.s3.put_bucket_acl(Bucket=media_bucket, ACL="private")


def admit_for_an_hour(engineer, rng, home_group, office):
    """A port for the office, for as long as it takes."""
    rule = port(rng.randrange(8000, 9000), four=office)
    engineer.ec2.authorize_security_group_ingress(GroupId=home_group, IpPermissions=[rule])
    engineer.pause(minutes=rng.uniform(5, 40))
    engineer.ec2.revoke_security_group_ingress(GroupId=home_group, IpPermissions=[rule])


def rotate(engineer):
    """Somebody tries out a new key of their own, and removes it."""
    key = engineer.iam.create_access_key()["AccessKey"]["AccessKeyId"]
    engineer.iam.update_access_key(AccessKeyId=key, Status="Inactive")
    engineer.iam.delete_access_key(AccessKeyId=key)


def look_around(engineer, site_bucket):
    """What changes nothing."""
    engineer.cloudtrail.describe_trails()
    engineer.s3.get_bucket_policy(Bucket=site_bucket)
    engineer.ec2.describe_security_groups()
    engineer.iam.list_users()


def sign_in(person, rng, engineer_user, person_password):
    """A person signs in, and mistypes the password now and then."""
    if rng.random() < 0.5:
        with suppress(ClientError):
            person.console_login(engineer_user, person_password[:-1])
    person.console_login(engineer_user, person_password)
    person.s3.list_buckets()


def overreach(analyst, rng, home_group):
    """Somebody tries what is not theirs to do, and is refused."""
    if rng.random() < 0.6:
        analyst.iam.list_users()
    analyst.ec2.authorize_security_group_ingress(
        GroupId=home_group, IpPermissions=[port(3389, four="0.0.0.0/0")]
    )


DAY = (workload, release, keep_private, admit_for_an_hour, rotate, look_around, sign_in)

routines = (
    Routine(
        workload,
        every=timedelta(hours=14),
        since=timedelta(days=6.6),
        name="the site's deployment",
        pulse=timedelta(minutes=55),
    ),
    Routine(
        heartbeat,
        every=timedelta(hours=16),
        since=timedelta(days=6.5),
        name="the heartbeat",
        pulse=timedelta(minutes=60),
    ),
    Routine(release, every=timedelta(hours=30), since=timedelta(days=6.3), jitter=0.3),
    Routine(keep_private, every=timedelta(hours=35), since=timedelta(days=6.4), jitter=0.3),
    Routine(admit_for_an_hour, every=timedelta(hours=26), since=timedelta(days=6.2), jitter=0.3),
    Routine(rotate, every=timedelta(hours=40), since=timedelta(days=6.1), jitter=0.3),
    Routine(look_around, every=timedelta(hours=18), since=timedelta(days=6.4), jitter=0.3),
    Routine(sign_in, every=timedelta(hours=21), since=timedelta(days=6.5), jitter=0.3),
    Routine(overreach, every=timedelta(hours=30), since=timedelta(days=6.0), jitter=0.3),
)


# --- the adversary ------------------------------------------------------------------------------


def detonate(perform, thief, engineer, rng, opening, blinding, protocol):
    """Five steps in a night, of which the trail tells and nobody reads; days later it is found."""
    perform(look_whose_key_it_is)
    steps = [
        {"account": open_the_account, "policy": open_by_policy, "acl": open_by_acl}[opening],
        {"stop": stop_the_trail, "delete": delete_the_trail, "select": select_reads}[blinding],
        make_a_key,
        sign_in_as_root,
    ]
    rng.shuffle(steps)
    for step in (*steps, open_a_port):
        thief.pause(minutes=rng.uniform(4, 25))
        perform(step)
    perform(write_down_the_night)
    engineer.pause(hours=rng.uniform(9, 20))
    perform(clear_up)


def look_whose_key_it_is(thief):
    """Whose key is it, and what is there?"""
    thief.sts.get_caller_identity()
    thief.s3.list_buckets()
    thief.iam.list_users()
    with suppress(ClientError):
        thief.iam.list_roles()


def open_the_account(thief, account_id):
    """What keeps every bucket of the account private is taken off."""
    thief.s3control.delete_public_access_block(AccountId=account_id)


def open_by_policy(thief, media_bucket):
    """A policy for everybody."""
    thief.s3.put_bucket_policy(Bucket=media_bucket, Policy=document(to_everybody(media_bucket)))


def open_by_acl(thief, media_bucket):
    """An ACL for everybody."""
    thief.s3.put_bucket_acl(Bucket=media_bucket, ACL="public-read")


def stop_the_trail(thief, trail_name):
    """The trail no longer logs."""
    thief.cloudtrail.stop_logging(Name=trail_name)


def delete_the_trail(thief, trail_name):
    """There is no trail."""
    thief.cloudtrail.delete_trail(Name=trail_name)


def select_reads(thief, trail_name):
    """The trail logs what only reads, and looks healthy."""
    thief.cloudtrail.put_event_selectors(TrailName=trail_name, EventSelectors=READS_ALONE)


def make_a_key(thief, planted, rng, perform, dormant_user):
    """A key of a user that nobody thinks of."""
    key = thief.iam.create_access_key(UserName=dormant_user)["AccessKey"]
    perform(lambda: {"planted_key": key})
    planted.pause(minutes=rng.uniform(2, 8))
    planted.sts.get_caller_identity()


def sign_in_as_root(intruder, old_root_password):
    """The root user's password was in the same repository."""
    intruder.console_login(None, old_root_password)
    intruder.iam.get_account_summary()


def open_a_port(planted, protocol, home_group):
    """SSH for the whole internet, with the key of its own making."""
    world = {"four": "0.0.0.0/0"} if protocol == "IPv4" else {"six": "::/0"}
    planted.ec2.authorize_security_group_ingress(
        GroupId=home_group, IpPermissions=[port(22, **world)]
    )


STEPS = {
    "open": {"DeleteAccountPublicAccessBlock", "PutBucketPolicy", "PutBucketAcl"},
    "blind": {"StopLogging", "DeleteTrail", "PutEventSelectors"},
    "keys": {"CreateAccessKey"},
    "root": {"ConsoleLogin"},
    "network": {"AuthorizeSecurityGroupIngress"},
}


def write_down_the_night(
    world, account_id, thief, planted, intruder, ci_user_arn, dormant_user_arn, root_arn
):
    """Which records tell of it: nobody knows but the grader."""
    hostile = {thief.address, planted.address, intruder.address}
    seen = {kind: [] for kind in STEPS}
    for record in world.accounts[account_id].records:
        if record["sourceIPAddress"] in hostile and "errorCode" not in record:
            for kind, names in STEPS.items():
                if record["eventName"] in names:
                    seen[kind].append(record)
    return {"night": seen, "guilty": sorted({ci_user_arn, dormant_user_arn, root_arn})}


def clear_up(
    *, admin, settings, root_password, account_id, opening, protocol, media_bucket, ci_user,
    dormant_user, leaked_key, planted_key, home_group, new_root_password,
):  # fmt: skip
    """Somebody finds it and shuts every door. Nobody looks at what was to tell of it."""
    iam = admin.iam
    iam.delete_access_key(UserName=ci_user, AccessKeyId=leaked_key["AccessKeyId"])
    iam.delete_user_policy(UserName=ci_user, PolicyName="migration")
    iam.delete_access_key(UserName=dormant_user, AccessKeyId=planted_key["AccessKeyId"])
    if opening == "account":
        admin.s3control.put_public_access_block(
            AccountId=account_id, PublicAccessBlockConfiguration=GUARDED
        )
    elif opening == "policy":
        admin.s3.delete_bucket_policy(Bucket=media_bucket)
    else:
        admin.s3.put_bucket_acl(Bucket=media_bucket, ACL="private")
    world = {"four": "0.0.0.0/0"} if protocol == "IPv4" else {"six": "::/0"}
    admin.ec2.revoke_security_group_ingress(GroupId=home_group, IpPermissions=[port(22, **world)])
    root_password(new_root_password)
    configure(settings, iam.create_access_key(UserName=ci_user)["AccessKey"])


@way("the key that it came with")
def leaked_key_again(thief):
    """It was deleted days ago."""
    yield thief.sts.get_caller_identity


@way("the key that it made for itself", obtained="planted_key")
def planted_key_again(planted):
    """So was this one."""
    yield planted.sts.get_caller_identity


@way("a password")
def password_again(intruder, old_root_password):
    """It was changed."""
    yield lambda: intruder.console_login(None, old_root_password)


# --- the same again, by others ------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """One thing that was done in a replay, and what came of it."""

    kind: str
    what: str
    record: Any
    logged: bool
    bodies: tuple[str, ...]
    why: str
    """Why nobody was told, in words; empty where somebody was."""
    refused: str = ""

    @property
    def says(self):
        """Whether a message tells who did it and what it was."""
        arn = self.record["userIdentity"].get("arn", "")
        return any(self.record["eventName"] in body and arn in body for body in self.bodies)


class Watch:
    """Sees what the team's queue gets, one deed at a time."""

    def __init__(self, world, account_id, queue_name, queue_arn, night):
        self.world, self.account = world, world.accounts[account_id]
        self.queue_name, self.queue_arn, self.night = queue_name, queue_arn, night
        self.seen = []

    def queue(self):
        """All that is in the queue; nothing if it is gone."""
        return alerts.bodies(self.account, "us-east-1", self.queue_name) or []

    def see(self, kind, what, deed):
        """Do it, let services catch up, and write down what the queue got since."""
        self.world.react()
        first, before, refused = len(self.account.records), len(self.queue()), ""
        try:
            deed()
        except REFUSALS as error:
            refused = str(error)
        self.world.react()
        bodies = tuple(self.queue()[before:])
        places = [
            place
            for place in range(first, len(self.account.records))
            if not self.account.records[place]["userIdentity"].get("invokedBy")
        ]
        if not places:
            return
        place = places[-1]
        record = self.account.records[place]
        logged = any(api_calls.logged(self.account, each) for each in places)
        self.seen.append(
            Seen(kind, what, record, logged, bodies, self.why(kind, place, bodies), refused)
        )

    def why(self, kind, place, bodies):
        """Why nobody was told of a step."""
        if bodies or kind not in STEPS:
            return ""
        if not api_calls.logged(self.account, place):
            return "no trail logs it, so that EventBridge never hears of it"
        return alerts.silence(
            self.account,
            self.account.records[place],
            place,
            self.queue_arn,
            self.night[kind],
        )

    def arrive(self, kind, record):
        """That night's event comes to the default bus once more, as from an archive."""
        first, before = len(self.account.records), len(self.queue())
        event = alerts.as_event(self.account, record)
        bus.arrive(self.account, record["awsRegion"], "default", event)
        self.world.react()
        bodies = tuple(self.queue()[before:])
        why = "" if bodies else alerts.silence(self.account, record, first, self.queue_arn)
        self.seen.append(Seen("night", kind, record, True, bodies, why))


def afterwards(perform, world, account_id, queue_name, queue_arn, night):
    """That night's events again; the same steps by others, elsewhere, otherwise; and a good day."""
    watch = Watch(world, account_id, queue_name, queue_arn, night)
    for kind, records in night.items():
        watch.arrive(kind, records[-1])
    perform(set_the_stage)
    for act in (
        open_buckets,
        open_guards,
        blind_trails,
        make_credentials,
        come_as_root,
        open_ports,
        go_elsewhere,
        be_refused,
        spend_the_day,
        do_what_looks_alike,
    ):
        perform(act, watch=watch)
    perform(beat_once, watch=watch)
    return {"seen": tuple(watch.seen)}


def set_the_stage(admin, perform, rng, account_id, company, branch_region):
    """Users, buckets, groups and a trail that nobody has seen before."""
    mark = f"{rng.randrange(16**6):06x}"
    user, role = f"{rng.choice(['ops', 'svc', 'tmp'])}-{mark}", f"maintenance-{mark}"
    iam = admin.iam
    iam.create_user(UserName=user)
    iam.attach_user_policy(UserName=user, PolicyArn=ADMINISTRATOR)
    arn = iam.create_role(RoleName=role, AssumeRolePolicyDocument=trusting(account_id))["Role"][
        "Arn"
    ]
    iam.attach_role_policy(RoleName=role, PolicyArn=ADMINISTRATOR)
    victim = f"victim-{mark}"
    iam.create_user(UserName=victim)
    iam.create_login_profile(UserName=victim, Password=f"Stage-{mark}-Aa1!")
    iam.create_user(UserName=f"{victim}-2")
    names = {
        "new_bucket": f"{company.lower()}-new-{mark}",
        "far_bucket": f"{company.lower()}-far-{mark}",
        "trail_bucket": f"{company.lower()}-trail-{mark}",
    }
    with suppress(ClientError):
        admin.s3control.delete_public_access_block(AccountId=account_id)
    for bucket, region in (
        (names["new_bucket"], "us-east-1"),
        (names["trail_bucket"], "us-east-1"),
        (names["far_bucket"], branch_region),
    ):
        s3 = admin.client("s3", region)
        more = {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, **({} if region == "us-east-1" else more))
        s3.delete_public_access_block(Bucket=bucket)
        s3.put_bucket_ownership_controls(
            Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
        )
    admin.s3.put_bucket_policy(
        Bucket=names["trail_bucket"],
        Policy=policy("log-bucket", bucket=names["trail_bucket"], account=account_id),
    )
    trail = f"trail-{mark}"
    admin.cloudtrail.create_trail(Name=trail, S3BucketName=names["trail_bucket"])
    objects = {"Type": "AWS::S3::Object", "Values": [f"arn:aws:s3:::{names['trail_bucket']}/"]}
    admin.cloudtrail.put_event_selectors(
        TrailName=trail,
        EventSelectors=[
            {
                "ReadWriteType": "All",
                "IncludeManagementEvents": False,
                "DataResources": [objects],
            }
        ],
    )
    admin.cloudtrail.start_logging(Name=trail)
    admin.cloudtrail.create_trail(Name=f"idle-{mark}", S3BucketName=names["trail_bucket"])
    groups = {}
    for place, region in (("new", "us-east-1"), ("far", branch_region)):
        ec2 = admin.client("ec2", region)
        vpc = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
        groups[f"{place}_group"] = ec2.create_security_group(
            GroupName=f"stage-{mark}", Description="-", VpcId=vpc
        )["GroupId"]
    key = iam.create_access_key(UserName=user)["AccessKey"]
    colleague = f"colleague-{mark}"
    iam.create_user(UserName=colleague, Path="/people/")
    iam.attach_user_policy(UserName=colleague, PolicyArn=ADMINISTRATOR)
    return {
        **names,
        **groups,
        "newcomer_key": iam.create_access_key(UserName=colleague)["AccessKey"],
        "new_trail": trail,
        "idle_trail": f"idle-{mark}",
        "victim": victim,
        "lodged_role_arn": arn,
        "impostor_key": key,
    }


def open_buckets(watch, impostor, lodger, robbed, new_bucket):
    """By policy and by ACL, in all the ways there are."""

    def put(who, *statements):
        who.s3.put_bucket_policy(Bucket=new_bucket, Policy=document(*statements))

    def acl(who, **given):
        who.s3.put_bucket_acl(Bucket=new_bucket, **given)

    tls = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": f"arn:aws:s3:::{new_bucket}/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    everybody = to_everybody(new_bucket)
    owner = impostor.s3.get_bucket_acl(Bucket=new_bucket)["Owner"]
    grants = [
        {
            "Grantee": {"Type": "CanonicalUser", "ID": owner["ID"]},
            "Permission": "FULL_CONTROL",
        },
        {"Grantee": {"Type": "Group", "URI": EVERYBODY}, "Permission": "READ"},
    ]
    for what, deed in (
        ('a policy with the principal "*"', lambda: put(impostor, everybody)),
        (
            'a policy with the principal {"AWS": "*"}',
            lambda: put(lodger, to_everybody(new_bucket, {"AWS": "*"})),
        ),
        ("a policy that is public in its second statement", lambda: put(impostor, tls, everybody)),
        ("a policy put with an engineer's stolen key", lambda: put(robbed, everybody)),
        ("the ACL public-read", lambda: acl(lodger, ACL="public-read")),
        ("the ACL public-read-write", lambda: acl(impostor, ACL="public-read-write")),
        ("the ACL authenticated-read", lambda: acl(impostor, ACL="authenticated-read")),
        ("an ACL by a grant header", lambda: acl(lodger, GrantRead=f'uri="{EVERYBODY}"')),
        ("an ACL by a grant of writing", lambda: acl(lodger, GrantWrite=f'uri="{ANY_ACCOUNT}"')),
        (
            "an ACL in the request's body",
            lambda: acl(impostor, AccessControlPolicy={"Owner": owner, "Grants": grants}),
        ),
    ):
        watch.see("open", what, deed)


def open_guards(watch, admin, impostor, lodger, account_id, new_bucket):
    """Block Public Access of a bucket and of the account: weakened, and taken off."""
    weak = GUARDED | {"RestrictPublicBuckets": False}
    weaker = GUARDED | {"BlockPublicAcls": False, "BlockPublicPolicy": False}
    admin.s3.put_public_access_block(Bucket=new_bucket, PublicAccessBlockConfiguration=GUARDED)
    admin.s3control.put_public_access_block(
        AccountId=account_id, PublicAccessBlockConfiguration=GUARDED
    )
    for what, deed in (
        (
            "Block Public Access of a bucket, weakened",
            lambda: impostor.s3.put_public_access_block(
                Bucket=new_bucket, PublicAccessBlockConfiguration=weak
            ),
        ),
        (
            "Block Public Access of a bucket, taken off",
            lambda: lodger.s3.delete_public_access_block(Bucket=new_bucket),
        ),
        (
            "Block Public Access of the account, weakened",
            lambda: impostor.s3control.put_public_access_block(
                AccountId=account_id, PublicAccessBlockConfiguration=weaker
            ),
        ),
        (
            "Block Public Access of the account, taken off",
            lambda: lodger.s3control.delete_public_access_block(AccountId=account_id),
        ),
    ):
        watch.see("open", what, deed)


def blind_trails(watch, impostor, lodger, new_trail):
    """Another trail: what it selects, where it writes, whether it logs, whether it is."""
    for what, deed in (
        (
            "PutEventSelectors",
            lambda: lodger.cloudtrail.put_event_selectors(
                TrailName=new_trail, EventSelectors=READS_ALONE
            ),
        ),
        (
            "UpdateTrail",
            lambda: impostor.cloudtrail.update_trail(
                Name=new_trail, IncludeGlobalServiceEvents=False
            ),
        ),
        ("StopLogging", lambda: impostor.cloudtrail.stop_logging(Name=new_trail)),
        ("DeleteTrail", lambda: lodger.cloudtrail.delete_trail(Name=new_trail)),
    ):
        watch.see("blind", what, deed)


def make_credentials(watch, impostor, lodger, victim):
    """A key of somebody else's, a password, another password."""
    for what, deed in (
        ("an access key", lambda: lodger.iam.create_access_key(UserName=victim)),
        (
            "a console password, made",
            lambda: impostor.iam.create_login_profile(
                UserName=f"{victim}-2", Password="Correct-Horse-42!"
            ),
        ),
        (
            "a console password, replaced",
            lambda: lodger.iam.update_login_profile(UserName=victim, Password="Correct-Horse-43!"),
        ),
    ):
        watch.see("keys", what, deed)


def come_as_root(watch, stranger, new_root_password):
    """From another address, with the right password and with a wrong one."""
    watch.see("root", "a sign-in", lambda: stranger.console_login(None, new_root_password))
    watch.see(
        "root",
        "a sign-in that fails",
        lambda: stranger.console_login(None, f"not {new_root_password}"),
    )


def open_ports(watch, admin, engineer, impostor, lodger, new_group, office):
    """IPv4, IPv6, beside a harmless block, by a colleague, in the old form, by a changed rule."""
    admin.ec2.authorize_security_group_ingress(
        GroupId=new_group, IpPermissions=[port(5900, four=office)]
    )

    def admit(who, rule):
        who.ec2.authorize_security_group_ingress(GroupId=new_group, IpPermissions=[rule])

    def change(who, **to):
        filters = [{"Name": "group-id", "Values": [new_group]}]
        rules = admin.ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
        rule = next(each for each in rules if each.get("FromPort") == 5900)
        who.ec2.modify_security_group_rules(
            GroupId=new_group,
            SecurityGroupRules=[
                {
                    "SecurityGroupRuleId": rule["SecurityGroupRuleId"],
                    "SecurityGroupRule": {
                        "IpProtocol": "tcp",
                        "FromPort": 5900,
                        "ToPort": 5900,
                        **to,
                    },
                }
            ],
        )

    both = port(5432, four=office)
    both["IpRanges"].append({"CidrIp": "0.0.0.0/0"})
    for what, deed in (
        ("a port for 0.0.0.0/0", lambda: admit(lodger, port(3306, four="0.0.0.0/0"))),
        ("a port for ::/0", lambda: admit(impostor, port(3389, six="::/0"))),
        ("0.0.0.0/0 beside a harmless block", lambda: admit(impostor, both)),
        (
            "a port for 0.0.0.0/0, opened by a colleague in the office",
            lambda: admit(engineer, port(8080, four="0.0.0.0/0")),
        ),
        (
            "a port for 0.0.0.0/0 by the old form of the call",
            lambda: lodger.ec2.authorize_security_group_ingress(
                GroupId=new_group,
                IpProtocol="tcp",
                FromPort=2222,
                ToPort=2222,
                CidrIp="0.0.0.0/0",
            ),
        ),
        (
            "a rule that is changed to 0.0.0.0/0",
            lambda: change(impostor, CidrIpv4="0.0.0.0/0"),
        ),
    ):
        watch.see("network", what, deed)


def go_elsewhere(watch, impostor, lodger, branch_region, far_bucket, far_group):
    """In the company's other Region."""
    s3, ec2 = impostor.client("s3", branch_region), lodger.client("ec2", branch_region)
    for kind, what, deed in (
        (
            "open",
            "a bucket opened by its policy",
            lambda: s3.put_bucket_policy(
                Bucket=far_bucket, Policy=document(to_everybody(far_bucket))
            ),
        ),
        (
            "network",
            "a port opened",
            lambda: ec2.authorize_security_group_ingress(
                GroupId=far_group, IpPermissions=[port(22, four="0.0.0.0/0")]
            ),
        ),
    ):
        watch.see(kind, what, deed)


def be_refused(
    watch, analyst, impostor, account_id, media_bucket, site_bucket, victim, home_group, trail_name
):
    """The same, by somebody who may not, or in vain."""
    for what, deed in (
        (
            "a policy for everybody",
            lambda: analyst.s3.put_bucket_policy(
                Bucket=media_bucket, Policy=document(to_everybody(media_bucket))
            ),
        ),
        (
            "a policy that Block Public Access prevents",
            lambda: impostor.s3.put_bucket_policy(
                Bucket=site_bucket, Policy=document(to_everybody(site_bucket))
            ),
        ),
        (
            "a public ACL",
            lambda: analyst.s3.put_bucket_acl(Bucket=media_bucket, ACL="public-read"),
        ),
        (
            "Block Public Access of the account",
            lambda: analyst.s3control.delete_public_access_block(AccountId=account_id),
        ),
        ("StopLogging", lambda: analyst.cloudtrail.stop_logging(Name=trail_name)),
        (
            "StopLogging of a trail that is not there",
            lambda: impostor.cloudtrail.stop_logging(Name="no-such-trail"),
        ),
        ("an access key", lambda: analyst.iam.create_access_key(UserName=victim)),
        (
            "a port for everybody",
            lambda: analyst.ec2.authorize_security_group_ingress(
                GroupId=home_group, IpPermissions=[port(22, four="0.0.0.0/0")]
            ),
        ),
    ):
        watch.see("refused", what, deed)


DAYS_WORK = {
    workload: "a deployment",
    release: "a release that puts the CDN's policy and Block Public Access as they are",
    keep_private: "the ACL private",
    admit_for_an_hour: "a port for the office",
    rotate: "somebody's own key, rotated",
    look_around: "a look at the account, which changes nothing",
    sign_in: "a person's sign-in",
}


def spend_the_day(watch, perform):
    """The company's day, by those who spend it."""
    for act, what in DAYS_WORK.items():
        watch.see("harmless", what, lambda act=act: perform(act))


def do_what_looks_alike(
    *, watch, admin, engineer, newcomer, person, account_id, new_bucket, far_group, new_group, branch_region,
    office, victim, idle_trail, engineer_user,
):  # fmt: skip
    """Near misses."""
    partner = {"AWS": f"arn:aws:iam::{(int(account_id) + 7) % 10**12:012}:root"}
    far = engineer.client("ec2", branch_region)
    world = [{"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}]
    for what, deed in (
        (
            "a new colleague's ACL for log delivery",
            lambda: newcomer.s3.put_bucket_acl(Bucket=new_bucket, ACL="log-delivery-write"),
        ),
        (
            "a policy that denies everybody what is not encrypted",
            lambda: engineer.s3.put_bucket_policy(
                Bucket=new_bucket,
                Policy=policy(
                    "cdn", bucket=new_bucket, account=account_id, distribution="E2EXAMPLE"
                ),
            ),
        ),
        (
            "a new colleague's policy for one account",
            lambda: newcomer.s3.put_bucket_policy(
                Bucket=new_bucket, Policy=document(to_everybody(new_bucket, partner))
            ),
        ),
        (
            "Block Public Access put on the account",
            lambda: admin.s3control.put_public_access_block(
                AccountId=account_id, PublicAccessBlockConfiguration=GUARDED
            ),
        ),
        (
            "Block Public Access put on a bucket",
            lambda: engineer.s3.put_public_access_block(
                Bucket=new_bucket, PublicAccessBlockConfiguration=GUARDED
            ),
        ),
        ("a trail that is started", lambda: admin.cloudtrail.start_logging(Name=idle_trail)),
        ("a user made without credentials", lambda: admin.iam.create_user(UserName=f"{victim}-3")),
        ("a look at somebody's keys", lambda: admin.iam.list_access_keys(UserName=victim)),
        (
            "a port for the office in the other Region",
            lambda: far.authorize_security_group_ingress(
                GroupId=far_group, IpPermissions=[port(22, four=office)]
            ),
        ),
        (
            "a new colleague's port for members of a group",
            lambda: newcomer.ec2.authorize_security_group_ingress(
                GroupId=new_group, IpPermissions=[port(8443, group=new_group)]
            ),
        ),
        (
            "a rule for what goes out",
            lambda: engineer.ec2.authorize_security_group_egress(
                GroupId=new_group, IpPermissions=world
            ),
        ),
        (
            "a port closed to the world",
            lambda: engineer.ec2.revoke_security_group_ingress(
                GroupId=new_group, IpPermissions=[port(3306, four="0.0.0.0/0")]
            ),
        ),
        (
            "a person's failed sign-in",
            lambda: person.console_login(engineer_user, "mistyped"),
        ),
    ):
        watch.see("harmless", what, deed)


def beat_once(watch, perform):
    """The monitoring service's heartbeat."""
    watch.see("heartbeat", "the heartbeat", lambda: perform(heartbeat))


# --- the checks ---------------------------------------------------------------------------------


def given(answer):
    """What was submitted, as a set of texts."""
    return {answer} if isinstance(answer, str) else {str(each) for each in answer}


def seen_of(replay, *kinds, region="us-east-1"):
    """What was seen of these kinds in the replay."""
    replayed = replay(afterwards)
    assert replayed.returned is not None, f"The steps could not be played again: {replayed.error}"
    return [
        each
        for each in replayed.returned["seen"]
        if each.kind in kinds and region in {None, each.record["awsRegion"]}
    ]


def missed(seen):
    """What nobody was told of, and why, in words."""
    silent = [each for each in seen if not each.bodies]
    told = "; ".join(each.what for each in silent)
    whys = "; ".join(dict.fromkeys(each.why for each in silent))
    return f"{told} ({len(silent)} of {len(seen)} variants): {whys}" if silent else ""


@check(Phase.DETECT, points=4)
def evidence_holds(submitted, records, thieves, night):
    """Your evidence proves each of the five steps, and nothing else."""
    ids = given(submitted.evidence)
    events = [record for record in records if record["eventID"] in ids]
    assert events, "None of what you submitted is the eventID of a record."
    innocent = [each for each in events if each["sourceIPAddress"] not in thieves]
    assert len(innocent) * 10 <= len(events), (
        f"{len(innocent)} of your {len(events)} events are the company's ordinary work: evidence "
        "points at the intruder alone."
    )
    for kind, what in (
        ("open", "that a bucket, or what guards it, was opened"),
        ("blind", "that the trail was made blind"),
        ("keys", "that credentials were made for another user"),
        ("root", "that somebody signed in as the root user"),
        ("network", "that a port was opened to the internet"),
    ):
        assert ids & {each["eventID"] for each in night[kind]}, (
            f"No event that you submitted proves {what}."
        )


@check(Phase.DETECT, points=3)
def names_the_culprits(submitted, guilty):
    """You named every principal as whom the intruder acted, and nobody else."""
    named = given(submitted.principals)
    wrong, missing = sorted(named - set(guilty)), len(set(guilty) - named)
    assert not wrong, f"{wrong[0]} is not the intruder's: an accusation needs evidence."
    assert not missing, (
        f"{missing} of the {len(guilty)} principals as whom the intruder acted are not named."
    )


@check(Phase.CONTAIN, points=4)
def trail_tells_everything(replay):
    """Every change in both of the company's Regions is logged by a trail again."""
    unlogged = [each for each in seen_of(replay, *STEPS, region=None) if not each.logged]
    assert not unlogged, (
        f"No trail logs {unlogged[0].record['eventName']} in {unlogged[0].record['awsRegion']}, so "
        "that EventBridge never hears of it. Does a trail log, what does it select, of which Regions?"
    )


@check(Phase.CONTAIN, points=4)
def alerts_arrive(replay, world, account_id, queue_name):
    """What rules send arrives: were that night to come again exactly as it was, the team's queue
    would get a message.

    It needs no trail: the events are put on the default bus, as from an archive.
    """
    there = alerts.bodies(world.accounts[account_id], "us-east-1", queue_name)
    assert there is not None, f"The team's queue {queue_name} is gone."
    night = seen_of(replay, "night")
    reasons = "; ".join(dict.fromkeys(each.why for each in night))
    assert any(each.bodies for each in night), (
        f"Not one of that night's events would have reached the team's queue: {reasons}."
    )


LINE = ("trail_tells_everything", "alerts_arrive")


@check(Phase.ERADICATE, points=5, needs=LINE)
def opened_bucket_pages(replay):
    """Whoever opens a bucket, or weakens what guards it, by whatever call: the team is told."""
    silent = missed(seen_of(replay, "open"))
    assert not silent, f"A bucket was opened and nobody was told of {silent}."


@check(Phase.ERADICATE, points=4, needs=LINE)
def blinded_trail_pages(replay):
    """Whoever stops, deletes or changes a trail: the team is told."""
    silent = missed(seen_of(replay, "blind"))
    assert not silent, f"A trail was made blind and nobody was told of {silent}."


@check(Phase.ERADICATE, points=4, needs=LINE)
def made_credentials_page(replay):
    """Whoever makes an access key or a console password for another user: the team is told."""
    silent = missed(seen_of(replay, "keys"))
    assert not silent, f"Credentials were made for another user and nobody was told of {silent}."


@check(Phase.ERADICATE, points=3, needs=LINE)
def root_sign_in_pages(replay):
    """Whoever signs in as the root user, or tries to: the team is told."""
    silent = missed(seen_of(replay, "root"))
    assert not silent, f"The root user's password was used and nobody was told of {silent}."


@check(Phase.ERADICATE, points=4, needs=LINE)
def opened_port_pages(replay):
    """Whoever opens a port to the whole internet, by whatever call: the team is told."""
    silent = missed(seen_of(replay, "network"))
    assert not silent, f"A port was opened to the internet and nobody was told of {silent}."


@check(Phase.RECOVER, points=6, needs=(*LINE, "opened_bucket_pages"))
def nobody_is_woken(replay):
    """The company's day, and what only looks like an attack, pages nobody."""
    pages = [each for each in seen_of(replay, "harmless", region=None) if each.bodies]
    told = "; ".join(each.what for each in pages[:4])
    assert not pages, f"The team is woken by {len(pages)} harmless things: {told}."


@check(Phase.RECOVER, points=4, needs=(*LINE, "opened_bucket_pages"))
def refusals_page_nobody(replay):
    """What was refused or failed pages nobody, but for sign-ins as the root user."""
    pages = [each for each in seen_of(replay, "refused") if each.bodies]
    told = "; ".join(each.what for each in pages[:4])
    assert not pages, (
        f"The team is woken by {len(pages)} calls that failed and changed nothing: {told}. Their "
        "records have an errorCode."
    )


@check(Phase.RECOVER, points=2, needs="alerts_arrive")
def heartbeat_arrives(replay):
    """The monitoring service's heartbeat arrives in the team's queue, as before."""
    beats = seen_of(replay, "heartbeat")
    arrived = any("heartbeat" in body for beat in beats for body in beat.bodies)
    assert arrived, (
        "The monitoring service's heartbeat no longer arrives in the team's queue: by its policy "
        "the queue has to take what it took before, too."
    )


@check(Phase.LEARN, points=4, needs=(*LINE, "opened_bucket_pages", "opened_port_pages"))
def other_region_pages(replay, branch_region):
    """What happens in the company's other Region reaches the team as well."""
    silent = missed(seen_of(replay, "open", "network", region=branch_region))
    assert not silent, (
        f"In {branch_region} nobody was told of {silent}. Events stay in the Region in which they "
        "happen, unless a rule there sends them on."
    )


@check(Phase.LEARN, points=3, needs=LINE)
def messages_say_who_and_what(replay):
    """Each message says who did it, by the ARN, and what was done, by the event's name."""
    vague = [each for each in seen_of(replay, *STEPS, region=None) if each.bodies and not each.says]
    assert not vague, (
        f"The message about {vague[0].what} doesn't say who did it and what was done: "
        f"{vague[0].bodies[0][:120]!r}. Whoever is woken at three can do nothing with it."
    )
