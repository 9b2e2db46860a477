"""Trails, flow logs and their bucket made blind, and then the work in the dark."""

from __future__ import annotations

import gzip
import hashlib
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Template

from botocore.exceptions import BotoCoreError, ClientError

from simulator.account.s3_bucket import find_bucket, find_object
from simulator.grading.leftovers import leftovers
from simulator.grading.preserved import destroyed_unseen
from simulator.hosts.host import Host, Web
from simulator.scenario import Actor, Phase, Routine, Scenario, check, way
from simulator.telemetry import delivery

HERE = Path(__file__).parent
KEPT_DAYS = 365
POWER = "arn:aws:iam::aws:policy/PowerUserAccess"
HIDEOUTS = ("ap-northeast-2", "ap-southeast-2", "ca-central-1", "eu-west-2", "sa-east-1")
REFUSALS = (ClientError, BotoCoreError)


def policy(name, **values):
    """A document of policies/ with its $names filled in."""
    return Template((HERE / "policies" / f"{name}.json").read_text()).substitute(values)


# --- the cast -----------------------------------------------------------------------------------


def deploy_keys(settings):
    """What the site's pipeline is configured with."""
    page = settings["deploy"]
    return {"AccessKeyId": page["access_key_id"], "SecretAccessKey": page["secret_access_key"]}


def taken_by(who, role_arn, name):
    """A session of a role, taken anew."""
    return who.sts.assume_role(RoleArn=role_arn, RoleSessionName=name)["Credentials"]


def operator_keys(engineer, platform_role_arn, engineer_user):
    """An engineer takes the platform role under the engineer's own name."""
    return taken_by(engineer, platform_role_arn, engineer_user)


def maintainer_keys(colleague, platform_role_arn, colleague_user):
    """So does another one."""
    return taken_by(colleague, platform_role_arn, colleague_user)


def siem_keys(vendor, siem_role_arn):
    """The SIEM takes its role from the vendor's account."""
    return taken_by(vendor, siem_role_arn, "collector")


def next_session_keys(robbed, platform_role_arn, engineer_user):
    """An engineer's laptop in somebody else's hands."""
    return taken_by(robbed, platform_role_arn, engineer_user)


def finder_session_keys(finder, platform_role_arn):
    """Who finds the pipeline's key takes the platform role, if it may."""
    return taken_by(finder, platform_role_arn, "deploy")


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
SIEM = "log-collector/4.2 Boto3/1.35.36 md/Botocore#1.35.36 os/linux#5.10.0 lang/python#3.12.3"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def adversary(keys, network):
    """One of the thief's ways to call."""
    return Actor(keys, network, thief_agent, hostile=True)


scenario = Scenario(
    title="Nobody saw it",
    pillar="Detection",
    severity="critical",
    difficulty=3,
    minutes=75,
    attack=("T1562.008", "T1078.004", "T1098.001", "T1485", "T1530", "T1535"),
    controls=("3.1", "3.2", "3.7", "3.8", "3.9", "4.5", "CloudTrail.1", "CloudTrail.4", "EC2.6"),
    principals={
        "deployer": Actor(deploy_keys, "ci runners", RUNNER),
        "engineer": Actor("engineer_key", "head office", LAPTOP),
        "colleague": Actor("colleague_key", "head office", LAPTOP),
        "operator": Actor(operator_keys, "head office", LAPTOP),
        "maintainer": Actor(maintainer_keys, "head office", LAPTOP),
        "analyst": Actor("analyst_key", "head office", SCRIPT),
        "vendor": Actor("vendor_key", "siem", SIEM),
        "siem": Actor(siem_keys, "siem", SIEM),
        "customer": Actor(None, "homes", BROWSER),
        "knocker": Actor(None, "research", "-"),
        "finder": Actor(deploy_keys, "botnet", thief_agent),  # in a replay alone, as the next four
        "finder_session": Actor(finder_session_keys, "botnet", thief_agent),
        "robbed": Actor("engineer_key", "botnet", thief_agent),
        "next_session": Actor(next_session_keys, "botnet", thief_agent),
        "thief": adversary("leaked_key", "hosting"),
        "session": adversary("session_keys", "hosting"),
        "planted": adversary("planted_key", "vps"),
        "mule": adversary("mule_key", "vpn exit"),
        "thief_elsewhere": adversary("leaked_key", "botnet"),
        "session_elsewhere": adversary("session_keys", "botnet"),
        "planted_elsewhere": adversary("planted_key", "botnet"),
        "mule_elsewhere": adversary("mule_key", "botnet"),
    },
    built=timedelta(days=4),
    injected=(timedelta(days=1.4), timedelta(days=2.2)),
    attacked=(timedelta(hours=3), timedelta(hours=5)),
    findings={
        "principals": "ARNs of every principal in this account that the thief used, sessions included",
        "evidence": "eventIDs of the calls by which the account was made blind",
        "dark_since": "from when on changes in the account no longer reached the log bucket, "
        "as 2026-11-02T14:05:00Z",
        "flows_until": "until when the flow logs tell of the network, as 2026-11-02T14:05:00Z",
        "hideout": "the Region in which the thief worked unseen, as eu-west-1",
        "taken": "keys of every object of the vault that the thief read",
    },
    accuses={"principals": "guilty"},
    cause=(
        "For a migration the pipeline's user ${deploy_user} had been allowed to take the role "
        "${platform_role}, and to make keys for every user of automation; nobody took that away "
        "again. The role could switch off what watches it: trails, flow logs, and the bucket of both."
    ),
    fidelity=(
        "Trails, event selectors, digests, event history, data events, server access logs and flow "
        "logs behave as on AWS. A lifecycle rule is kept and shown, and no object expires by it here; "
        "on AWS the rule that the thief put would have begun to delete at the next midnight UTC. "
        "A change takes effect at once. GuardDuty was off when this happened: it would have said "
        "Stealth:IAMUser/CloudTrailLoggingDisabled."
    ),
)


# --- the company --------------------------------------------------------------------------------


def baseline(perform, admin, rng, fake, foreign_account):
    """Two trails, flow logs and an access log into one bucket, which a SIEM collects from."""
    course = {"blinding": rng.choice(["stop", "select"]), "keeps": rng.choice(["key", "account"])}
    company = fake.unique.last_name().lower()
    suffix = f"{rng.randrange(16**4):04x}"
    names = {
        **course,
        "company": company.capitalize(),
        "log_bucket": f"{company}-security-logs-{suffix}",
        "access_bucket": f"{company}-access-logs-{suffix}",
        "vault_bucket": f"{company}-{rng.choice(['contracts', 'payroll', 'claims'])}-{suffix}",
        "site_bucket": f"{company}-site-{suffix}",
        "deploy_user": rng.choice(["site-deploy", "build-bot", "release-bot", "pipeline"]),
        "dormant_user": rng.choice(["backup-sync", "terraform-init", "migration", "bootstrap"]),
        "platform_role": rng.choice(["platform", "platform-ops", "infrastructure"]),
        "vendor_account": f"{rng.randrange(10**11, 10**12)}",
        "mule_account": f"{rng.randrange(10**11, 10**12)}",
        "management_trail": rng.choice(["audit", "management-events", "account-trail"]),
        "data_trail": rng.choice(["data-events", "object-trail", "vault-trail"]),
    }
    perform(lambda: names)
    perform(make_buckets)
    perform(make_people)
    perform(build_network)
    perform(start_logs)
    return {
        "vendor_key": foreign_account(names["vendor_account"], "collector"),
        "mule_key": foreign_account(names["mule_account"], rng.choice(["sync", "backup", "s3"])),
    }


def lifecycle(days, name="keep-a-year"):
    """What a bucket forgets when."""
    return {
        "Rules": [
            {
                "ID": name,
                "Status": "Enabled",
                "Filter": {"Prefix": ""},
                "Expiration": {"Days": days},
                "NoncurrentVersionExpiration": {"NoncurrentDays": days},
            }
        ]
    }


def make_buckets(admin, rng, account_id, log_bucket, access_bucket, vault_bucket, site_bucket):
    """The logs', the vault, the site's; the vault's requests are logged."""
    s3 = admin.s3
    for bucket in (log_bucket, access_bucket, vault_bucket, site_bucket):
        s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_policy(
        Bucket=log_bucket, Policy=policy("log-bucket", bucket=log_bucket, account=account_id)
    )
    s3.put_bucket_policy(
        Bucket=access_bucket,
        Policy=policy("access-bucket", bucket=access_bucket, account=account_id),
    )
    s3.put_bucket_lifecycle_configuration(
        Bucket=log_bucket, LifecycleConfiguration=lifecycle(KEPT_DAYS + 35)
    )
    s3.put_bucket_logging(
        Bucket=vault_bucket,
        BucketLoggingStatus={
            "LoggingEnabled": {"TargetBucket": access_bucket, "TargetPrefix": "vault/"}
        },
    )
    kinds = ["contract", "settlement", "salary-list", "appraisal", "claim"]
    keys = sorted(
        f"{rng.choice([2024, 2025, 2026])}/{rng.choice(kinds)}-{number}.pdf"
        for number in rng.sample(range(100, 999), 9)
    )
    for key in keys:
        s3.put_object(Bucket=vault_bucket, Key=key, Body=rng.randbytes(64))
    return {"papers": keys}


def make_people(
    *, admin, fake, settings, account_id, vault_bucket, site_bucket, log_bucket, deploy_user,
    dormant_user, platform_role, vendor_account,
):  # fmt: skip
    """Two engineers and an analyst, a pipeline, an old user, a role for engineers, one for the SIEM."""
    iam, facts = admin.iam, {}
    facts["platform_role_arn"] = iam.create_role(
        RoleName=platform_role,
        AssumeRolePolicyDocument=policy("trust", account=account_id),
        MaxSessionDuration=43200,
        Description="For engineering",
    )["Role"]["Arn"]
    iam.attach_role_policy(RoleName=platform_role, PolicyArn=POWER)
    facts["siem_role_arn"] = iam.create_role(
        RoleName="siem-reader", AssumeRolePolicyDocument=policy("trust", account=vendor_account)
    )["Role"]["Arn"]
    iam.put_role_policy(
        RoleName="siem-reader",
        PolicyName="collect",
        PolicyDocument=policy("siem", bucket=log_bucket),
    )
    for group, document in (
        ("engineering", policy("take-role", role=facts["platform_role_arn"])),
        ("analytics", policy("analysts", bucket=vault_bucket)),
    ):
        iam.create_group(GroupName=group)
        iam.put_group_policy(GroupName=group, PolicyName=group, PolicyDocument=document)
    for who, group in (
        ("engineer", "engineering"),
        ("colleague", "engineering"),
        ("analyst", "analytics"),
    ):
        user = f"{fake.unique.first_name().lower()}.{fake.unique.last_name().lower()}"
        iam.create_user(UserName=user, Path="/people/")
        iam.add_user_to_group(GroupName=group, UserName=user)
        facts |= {
            f"{who}_user": user,
            f"{who}_key": iam.create_access_key(UserName=user)["AccessKey"],
        }
    iam.create_user(UserName=dormant_user, Path="/automation/")
    iam.attach_user_policy(UserName=dormant_user, PolicyArn=POWER)
    own = iam.create_user(UserName=deploy_user, Path="/automation/")["User"]["Arn"]
    iam.put_user_policy(
        UserName=deploy_user,
        PolicyName="deploy",
        PolicyDocument=policy("deploy", bucket=site_bucket, rotates=own),
    )
    key = iam.create_access_key(UserName=deploy_user)["AccessKey"]
    settings["deploy"] = {
        "access_key_id": key["AccessKeyId"],
        "secret_access_key": key["SecretAccessKey"],
    }
    return {
        **facts,
        "leaked_key": key,
        "leaked_key_id": key["AccessKeyId"],
        "deploy_user_arn": own,
        "dormant_user_arn": f"arn:aws:iam::{account_id}:user/automation/{dormant_user}",
    }


def build_network(admin, hosts, rng):
    """One server on the internet."""
    ec2 = admin.ec2
    base = rng.randint(16, 240)
    vpc = ec2.create_vpc(CidrBlock=f"10.{base}.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.{base}.1.0/24")["Subnet"]["SubnetId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    group = ec2.create_security_group(GroupName="web", Description="HTTPS", VpcId=vpc)["GroupId"]
    rule = {
        "IpProtocol": "tcp",
        "FromPort": 443,
        "ToPort": 443,
        "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
    }
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    instance = run(ec2, SubnetId=subnet, Groups=[group])
    hosts.equip(instance, Host(services={443: Web("Welcome", name="nginx")}))
    return {"vpc_id": vpc, "server": instance}


def run(ec2, **interface):
    """A small instance; its id."""
    more = {}
    if interface:
        told = {"DeviceIndex": 0, "AssociatePublicIpAddress": True, **interface}
        more = {"NetworkInterfaces": [told]}
    made = ec2.run_instances(
        ImageId="ami-12c6146b",
        InstanceType="t3.small",
        MinCount=1,
        MaxCount=1,
        MetadataOptions={"HttpTokens": "required"},
        **more,
    )
    return made["Instances"][0]["InstanceId"]


def start_logs(admin, log_bucket, vault_bucket, vpc_id, management_trail, data_trail):
    """All management events, data events of the vault, flow logs: into one bucket."""
    cloudtrail = admin.cloudtrail
    for name, selector in (
        (management_trail, {"IncludeManagementEvents": True, "DataResources": []}),
        (data_trail, objects_of(vault_bucket)),
    ):
        cloudtrail.create_trail(
            Name=name,
            S3BucketName=log_bucket,
            IsMultiRegionTrail=True,
            IncludeGlobalServiceEvents=True,
            EnableLogFileValidation=True,
        )
        cloudtrail.put_event_selectors(
            TrailName=name, EventSelectors=[{"ReadWriteType": "All", **selector}]
        )
        cloudtrail.start_logging(Name=name)
    log_flows(admin, vpc_id, log_bucket)


def objects_of(bucket):
    """Data events of a bucket's objects, and nothing else."""
    return {
        "IncludeManagementEvents": False,
        "DataResources": [{"Type": "AWS::S3::Object", "Values": [f"arn:aws:s3:::{bucket}/"]}],
    }


def log_flows(who, vpc, bucket, traffic="ALL"):
    """A flow log of a VPC, into a bucket."""
    who.ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType=traffic,
        LogDestinationType="s3",
        LogDestination=f"arn:aws:s3:::{bucket}",
    )


# --- the mistake --------------------------------------------------------------------------------


def inject(admin, maintainer, rng, account_id, deploy_user, platform_role_arn, data_trail):
    """Rights for a migration, which stay. And an engineer interrupts a trail for some minutes."""
    admin.iam.put_user_policy(
        UserName=deploy_user,
        PolicyName=rng.choice(["tmp-migration", "migration-week", "cutover"]),
        PolicyDocument=policy("migration", role=platform_role_arn, account=account_id),
    )
    admin.pause(hours=rng.uniform(1, 5))
    trails = maintainer.cloudtrail
    trails.get_event_selectors(TrailName=data_trail)
    trails.stop_logging(Name=data_trail)
    selectors = trails.get_event_selectors(TrailName=data_trail)["EventSelectors"]
    trails.put_event_selectors(TrailName=data_trail, EventSelectors=selectors)
    maintainer.pause(minutes=rng.uniform(2, 5))
    trails.start_logging(Name=data_trail)


# --- the company's days -------------------------------------------------------------------------


def workload(deployer, rng, site_bucket):
    """The pipeline deploys the site."""
    deployer.s3.list_objects_v2(Bucket=site_bucket)
    page = f"<!doctype html><p>{rng.randrange(10**6)}"
    deployer.s3.put_object(Bucket=site_bucket, Key="index.html", Body=page.encode())


def engineer_things(operator, rng, server):
    """Engineers look after the server, and look at the trails as well."""
    tag = {"Key": "checked", "Value": f"{rng.randrange(10**4)}"}
    operator.ec2.describe_instances()
    operator.ec2.create_tags(Resources=[server], Tags=[tag])
    operator.cloudtrail.describe_trails()
    operator.s3.list_buckets()


def collect(siem, log_bucket):
    """The SIEM lists the bucket and reads what is new: the last file of each kind."""
    pages = siem.s3.get_paginator("list_objects_v2").paginate(Bucket=log_bucket)
    files = [
        (each["LastModified"], each["Key"]) for page in pages for each in page.get("Contents", ())
    ]
    assert files, "the log bucket is empty"
    for kind in ("/CloudTrail/", "/CloudTrail-Digest/", "vpcflowlogs/"):
        of_kind = [each for each in files if kind in each[1]]
        if of_kind:
            siem.s3.get_object(Bucket=log_bucket, Key=max(of_kind)[1])


def analyse(analyst, rng, vault_bucket, papers):
    """An analyst reads what the vault is for, and puts something into it."""
    analyst.s3.list_objects_v2(Bucket=vault_bucket)
    for key in rng.sample(papers, 2):
        analyst.s3.get_object(Bucket=vault_bucket, Key=key)
    note = f"notes/{rng.randrange(10**6)}.txt"
    analyst.s3.put_object(Bucket=vault_bucket, Key=note, Body=b"seen")


def visit(customer, knocker, server):
    """Customers come, and somebody knocks at a closed door."""
    yield lambda: customer.connect(server, 443, times=2)
    yield lambda: knocker.connect(server, 22)


def wander(colleague, rng):
    """An engineer without the role is refused something."""
    colleague.sts.get_caller_identity()
    if rng.random() < 0.5:
        colleague.iam.list_users()


routines = (
    Routine(
        workload,
        every=timedelta(hours=14),
        since=timedelta(days=3.6),
        name="the site's deployment",
        pulse=timedelta(minutes=55),
    ),
    Routine(
        engineer_things,
        every=timedelta(hours=13),
        since=timedelta(days=3.5),
        jitter=0.3,
        name="engineering",
        pulse=timedelta(minutes=100),
    ),
    Routine(
        collect,
        every=timedelta(hours=12),
        since=timedelta(days=3.4),
        name="the SIEM",
        pulse=timedelta(minutes=60),
    ),
    Routine(analyse, every=timedelta(hours=9), since=timedelta(days=3.5), jitter=0.3),
    Routine(visit, every=timedelta(minutes=35), since=timedelta(hours=11), jitter=0.3),
    Routine(wander, every=timedelta(hours=17), since=timedelta(days=3.2), jitter=0.3),
)


# --- the adversary ------------------------------------------------------------------------------


def detonate(perform, session, rng, blinding, keeps):
    """A role; what watches is looked at, then switched off; then the work, and a way back."""
    perform(take_the_role)
    perform(look_for_eyes)
    session.pause(minutes=rng.uniform(2, 6))
    perform({"stop": stop_the_first, "select": stop_the_second}[blinding])
    perform(blind_the_rest)
    session.pause(minutes=rng.uniform(8, 25))
    work = [
        read_the_vault,
        hide_elsewhere,
        {"key": plant_a_key, "account": admit_an_account}[keeps],
    ]
    rng.shuffle(work)
    for act in work:
        perform(act)
        session.pause(minutes=rng.uniform(4, 18))
    perform(settle_the_bill)


def take_the_role(thief, rng, platform_role_arn):
    """Whose key is it, and what may it?"""
    thief.sts.get_caller_identity()
    name = rng.choice(["deploy", "migration", "botocore-session-1764", "ci"])
    taken = thief.sts.assume_role(
        RoleArn=platform_role_arn, RoleSessionName=name, DurationSeconds=43200
    )
    return {"session_keys": taken["Credentials"], "session_arn": taken["AssumedRoleUser"]["Arn"]}


def look_for_eyes(session, management_trail, data_trail, log_bucket):
    """Who watches?"""
    session.cloudtrail.describe_trails()
    for trail in (management_trail, data_trail):
        session.cloudtrail.get_trail_status(Name=trail)
        session.cloudtrail.get_event_selectors(TrailName=trail)
    session.ec2.describe_flow_logs()
    session.s3.get_bucket_policy(Bucket=log_bucket)


def stop_the_first(session, now, management_trail, data_trail, site_bucket):
    """The trail of management events is stopped, the other one looks elsewhere."""
    session.cloudtrail.put_event_selectors(
        TrailName=data_trail,
        EventSelectors=[{"ReadWriteType": "All", **objects_of(site_bucket)}],
    )
    dark = now()
    session.cloudtrail.stop_logging(Name=management_trail)
    return {"stopped_first": True, "stopped": management_trail, "went_dark": dark}


def stop_the_second(session, now, management_trail, data_trail):
    """The trail of data events is stopped, the other one logs what only reads."""
    session.cloudtrail.stop_logging(Name=data_trail)
    dark = now()
    session.cloudtrail.put_event_selectors(
        TrailName=management_trail,
        EventSelectors=[
            {"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True, "DataResources": []}
        ],
    )
    return {"stopped_second": True, "stopped": data_trail, "went_dark": dark}


def blind_the_rest(session, rng, now, management_trail, log_bucket, vpc_id):
    """One Region, no digests, no flow logs, and a bucket that forgets by tomorrow."""
    session.cloudtrail.update_trail(
        Name=management_trail,
        IsMultiRegionTrail=False,
        IncludeGlobalServiceEvents=False,
        EnableLogFileValidation=False,
    )
    logs = session.ec2.describe_flow_logs()["FlowLogs"]
    until = now()
    session.ec2.delete_flow_logs(FlowLogIds=[each["FlowLogId"] for each in logs])
    session.s3.put_bucket_lifecycle_configuration(
        Bucket=log_bucket,
        LifecycleConfiguration=lifecycle(1, rng.choice(["cost-saving", "cleanup", "tidy-up"])),
    )
    return {"flows_deleted": until}


def read_the_vault(session, rng, vault_bucket, papers):
    """Some of it; of the others only how large they are."""
    session.s3.list_objects_v2(Bucket=vault_bucket)
    read = sorted({papers[0], *rng.sample(papers, rng.randint(3, 5))})  # what it comes back for
    for key in papers:
        session.s3.head_object(Bucket=vault_bucket, Key=key)
        if key in read:
            session.s3.get_object(Bucket=vault_bucket, Key=key)
    return {"read_by_session": read}


def hide_elsewhere(session, rng):
    """Servers in a Region that nobody looks at."""
    region = rng.choice(HIDEOUTS)
    ec2 = session.client("ec2", region)
    ec2.describe_instances()
    return {"hideout": region, "hidden": [run(ec2) for _ in range(rng.randint(1, 3))]}


def plant_a_key(thief, planted, rng, perform, dormant_user):
    """A key of a user that nobody thinks of."""
    thief.iam.list_users()
    key = thief.iam.create_access_key(UserName=dormant_user)["AccessKey"]
    perform(lambda: {"planted_key": key})
    planted.pause(minutes=rng.uniform(2, 8))
    planted.sts.get_caller_identity()
    planted.s3.list_buckets()


def admit_an_account(session, mule, rng, vault_bucket, papers, mule_account):
    """The vault's policy lets another account read."""
    sid = rng.choice(["ReplicationRead", "BackupVerify", "InventoryAccess"])
    session.s3.put_bucket_policy(
        Bucket=vault_bucket, Policy=json.dumps(admitting(sid, mule_account, vault_bucket))
    )
    mule.pause(minutes=rng.uniform(2, 8))
    mule.s3.list_objects_v2(Bucket=vault_bucket)
    read = sorted(rng.sample(papers, 2))
    for key in read:
        mule.s3.get_object(Bucket=vault_bucket, Key=key)
    return {"foreign_sid": sid, "read_by_mule": read}


def admitting(sid, account, bucket):
    """A bucket policy that lets an account read."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": sid,
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
                "Action": ["s3:GetObject", "s3:ListBucket"],
                "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
            }
        ],
    }


def settle_the_bill(
    *, world, now, log_bucket, deploy_user_arn, session_arn, dormant_user_arn, read_by_session,
    planted_key=None, read_by_mule=(),
):  # fmt: skip
    """Who did it, what was taken, and which log files there were: nobody knows but the grader."""
    guilty = [deploy_user_arn, session_arn]
    if planted_key:
        guilty.append(dormant_user_arn)
    delivery.flush(world, now())
    logs = files_in(log_bucket)
    return {
        "flows_until": last_flow(logs),
        "guilty": guilty,
        "loot": sorted({*read_by_session, *read_by_mule}),
        "old_logs": list(logs),
    }


def last_flow(files):
    """The end of the last flow record, in the default format."""
    ends = [
        int(line.split()[11])
        for key, found in files.items()
        if "/vpcflowlogs/" in key
        for line in text_of(found).splitlines()[1:]
    ]
    return datetime.fromtimestamp(max(ends), UTC)


def stop_again(cloudtrail):
    """Whatever trail there is."""
    for trail in cloudtrail.describe_trails()["trailList"]:
        cloudtrail.stop_logging(Name=trail["TrailARN"])


@way("the key that it came with")
def leaked_key_again(thief, site_bucket, platform_role_arn):
    """Still good for the site, and for a role?"""
    yield lambda: thief.s3.list_objects_v2(Bucket=site_bucket)
    yield lambda: thief.sts.assume_role(RoleArn=platform_role_arn, RoleSessionName="deploy")


@way("a session of a role")
def session_again(session, vault_bucket, papers):
    """It looks whether anybody watches again, and reads on."""
    yield lambda: stop_again(session.cloudtrail)
    yield lambda: session.s3.get_object(Bucket=vault_bucket, Key=papers[0])


@way("what it arranged that night", obtained="planted_key")
def planted_key_again(planted, vault_bucket, papers):
    """The same, with a key of its own."""
    yield lambda: stop_again(planted.cloudtrail)
    yield lambda: planted.s3.get_object(Bucket=vault_bucket, Key=papers[0])


@way("what it arranged that night", obtained="foreign_sid")
def foreign_account_again(mule, vault_bucket, papers):
    """Another account reads the vault."""
    yield lambda: mule.s3.list_objects_v2(Bucket=vault_bucket)
    yield lambda: mule.s3.get_object(Bucket=vault_bucket, Key=papers[0])


# --- the same again, from anywhere --------------------------------------------------------------


def key_from_elsewhere(thief_elsewhere, site_bucket, platform_role_arn, dormant_user):
    """The stolen key, from a new address."""
    who = thief_elsewhere
    yield lambda: who.s3.list_objects_v2(Bucket=site_bucket)
    yield lambda: who.s3.put_object(Bucket=site_bucket, Key="x", Body=b"")
    yield lambda: who.sts.assume_role(RoleArn=platform_role_arn, RoleSessionName="deploy")
    yield lambda: who.iam.create_access_key(UserName=dormant_user)


def session_from_elsewhere(session_elsewhere, vault_bucket, papers):
    """The session minted before the fix, from a new address."""
    yield lambda: stop_again(session_elsewhere.cloudtrail)
    yield session_elsewhere.ec2.describe_instances
    yield lambda: session_elsewhere.s3.get_object(Bucket=vault_bucket, Key=papers[0])


def footholds_from_elsewhere(
    planted_elsewhere, mule_elsewhere, vault_bucket, papers, planted_key=None, foreign_sid=None
):
    """What the thief arranged, from a new address."""
    if planted_key:
        yield planted_elsewhere.ec2.describe_instances
        yield planted_elsewhere.s3.list_buckets
    if foreign_sid:
        yield lambda: mule_elsewhere.s3.list_objects_v2(Bucket=vault_bucket)
        yield lambda: mule_elsewhere.s3.get_object(Bucket=vault_bucket, Key=papers[-1])


def blind_again(finder, finder_session, next_session, account_id, dormant_user):
    """The next thief, with the pipeline's present key or an engineer's: everything that blinds."""
    trails, flow_logs = trails_of(account_id), flow_logs_of(account_id)
    yield lambda: finder.iam.create_access_key(UserName=dormant_user)
    for who in (finder, finder_session, next_session):
        yield from blind_by(who, trails, flow_logs)


def trails_of(account_id):
    """Every trail of the account, by ARN and home Region."""
    from moto.cloudtrail.models import cloudtrail_backends

    return [
        (trail.arn, region)
        for region, backend in sorted(cloudtrail_backends[account_id].items())
        for trail in backend.trails.values()
    ]


def flow_logs_of(account_id):
    """Every flow log in the company's Region."""
    from moto.ec2.models import ec2_backends

    return list(ec2_backends[account_id]["us-east-1"].flow_logs)


def blind_by(who, trails, flow_logs):
    """Each call that takes a trail or the flow logs away."""
    nothing = [{"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True, "DataResources": []}]
    for arn, region in trails:
        trail = who.client("cloudtrail", region)
        yield lambda trail=trail, arn=arn: trail.put_event_selectors(
            TrailName=arn, EventSelectors=nothing
        )
        yield lambda trail=trail, arn=arn: trail.update_trail(
            Name=arn, EnableLogFileValidation=False
        )
        yield lambda trail=trail, arn=arn: trail.stop_logging(Name=arn)
        yield lambda trail=trail, arn=arn: trail.delete_trail(Name=arn)
    if flow_logs:
        yield lambda: who.ec2.delete_flow_logs(FlowLogIds=flow_logs)


def spoil_the_bucket(finder, finder_session, next_session, log_bucket, old_logs, account_id):
    """The next thief, at the log files and what protects them."""
    there = files_in(log_bucket)
    old = [(key, there[key].version_id) for key in old_logs if key in there]
    for turn, who in enumerate((finder, finder_session, next_session)):
        yield from spoiling(who.s3, log_bucket, old[2 * turn : 2 * turn + 2], account_id)


def spoiling(s3, bucket, old, account_id):
    """Each call that makes a log file go, or will."""
    everybody = policy("log-bucket", bucket=bucket, account=account_id)
    for key, version in old:
        yield lambda key=key: s3.delete_object(Bucket=bucket, Key=key)
        yield lambda key=key, version=version: s3.delete_object(
            Bucket=bucket, Key=key, VersionId=version
        )
    yield lambda: s3.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration=lifecycle(1)
    )
    yield lambda: s3.delete_bucket_lifecycle(Bucket=bucket)
    yield lambda: s3.put_bucket_versioning(
        Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}
    )
    yield lambda: s3.put_bucket_policy(Bucket=bucket, Policy=everybody)
    yield lambda: s3.delete_bucket_policy(Bucket=bucket)


# --- is anything seen? --------------------------------------------------------------------------


def files_in(bucket):
    """The objects that a bucket shows, by key: none of those under a delete marker."""
    held = find_bucket(bucket)
    found = {} if held is None else {key: find_object(held, key) for key in held.keys}
    return {key: found[key] for key in sorted(found) if found[key] is not None}


def text_of(found):
    """What is in a compressed file."""
    return gzip.decompress(found.value).decode()


def traces(operator, analyst, customer, knocker, vault_bucket, papers, server, hideout):
    """A bit of everything that must be seen, refused or not, and what it is called in a record."""
    elsewhere = sorted({hideout, "eu-west-1", "us-west-2", "us-east-1"})
    for region in elsewhere:
        ec2 = operator.client("ec2", region)
        yield ec2.describe_addresses
        yield lambda ec2=ec2: ec2.allocate_address(Domain="vpc")
    yield operator.iam.list_users
    yield lambda: operator.iam.create_user(UserName="trace")
    yield lambda: analyst.s3.get_object(Bucket=vault_bucket, Key=papers[0])
    yield lambda: analyst.s3.put_object(Bucket=vault_bucket, Key="notes/trace.txt", Body=b"")
    yield lambda: customer.connect(server, 443)
    yield lambda: knocker.connect(server, 22)


def pass_time(world, **much):
    """The account's time goes on; nobody does anything meanwhile."""
    clock, delta = world.clock, timedelta(**much)
    if clock.is_pinned:
        clock.pin(clock.now() + delta)
    else:
        clock.advance(delta)


def watched(perform, world, now, log_bucket):
    """What a bit of everything leaves in the log bucket: files within an hour, digests within four."""
    delivery.flush(world, now())
    before, began = files_in(log_bucket), now().replace(microsecond=0)
    for step in perform(traces):
        with suppress(*REFUSALS):
            step()
    pass_time(world, hours=1)
    delivery.flush(world, now())
    new = {key: each for key, each in files_in(log_bucket).items() if key not in before}
    logs = {key: text_of(each) for key, each in new.items() if "/CloudTrail/" in key}
    flows = [
        text_of(each)
        for key, each in new.items()
        if "vpcflowlogs/" in key and key.endswith(".log.gz")
    ]
    try:
        perform(collect)
        collected = ""
    except (*REFUSALS, AssertionError) as error:
        collected = str(error)
    pass_time(world, hours=3)
    delivery.flush(world, now())
    return {
        "seen": [
            {**record, "file": key}
            for key, text in logs.items()
            for record in json.loads(text)["Records"]
            if datetime.fromisoformat(record["eventTime"]) >= began
        ],
        "flows": [line for text in flows for line in text.splitlines()],
        "hashes": {key: hashlib.sha256(text.encode()).hexdigest() for key, text in logs.items()},
        "digested": digested(log_bucket, before),
        "collected": collected,
    }


def digested(bucket, before):
    """The hash of each log file that a new digest tells of."""
    told = {}
    for key, found in files_in(bucket).items():
        if "/CloudTrail-Digest/" in key and key not in before:
            files = json.loads(text_of(found))["logFiles"]
            told |= {each["s3Object"]: each["hashValue"] for each in files}
    return told


def saw(replayed, event, region=None, **asked):
    """The records of a kind of call among what was seen."""
    return [
        each
        for each in (replayed.returned or {}).get("seen", ())
        if each["eventName"] == event
        and (region is None or each["awsRegion"] == region)
        and all(
            (each["requestParameters"] or {}).get(name) == value for name, value in asked.items()
        )
    ]


# --- the checks ---------------------------------------------------------------------------------


def given(value):
    """An answer as a set."""
    return {value} if isinstance(value, str) else set(value)


def moment(value, name):
    """An answer that is a time."""
    (said,) = given(value) if len(given(value)) == 1 else ("",)
    try:
        told = datetime.fromisoformat(said.strip())
    except ValueError:
        told = None
    is_time = told is not None and told.tzinfo is not None
    assert is_time, f"{said!r} in {name} is no time such as 2026-11-02T14:05:00Z."
    return told


@check(Phase.DETECT, points=3)
def names_every_principal(submitted, guilty):
    """You named every principal that the thief used, and nobody else."""
    named = given(submitted.principals)
    wrong, missing = sorted(named - set(guilty)), len(set(guilty) - named)
    assert not wrong, f"{wrong[0]} did nothing wrong: an accusation needs evidence."
    assert not missing, (
        f"{missing} of the {len(guilty)} principals that the thief used are not named."
    )


PROOFS = {
    "StopLogging": "that a trail was stopped",
    "PutEventSelectors": "that a trail was told to look elsewhere",
    "UpdateTrail": "that a trail lost its other Regions and its digests",
    "DeleteFlowLogs": "that the flow logs were deleted",
    "PutBucketLifecycle": "that the log bucket was told to forget",
}


@check(Phase.DETECT, points=4)
def evidence_holds(submitted, records, thieves):
    """Your evidence proves each of the five calls by which the account was made blind."""
    ids = given(submitted.evidence)
    events = [record for record in records if record["eventID"] in ids]
    innocent = [each for each in events if each["sourceIPAddress"] not in thieves]
    assert len(innocent) * 10 <= len(events), (
        f"{len(innocent)} of your {len(events)} events are the company's ordinary work: evidence "
        "points at the thief alone."
    )
    proved = {each["eventName"] for each in events if each["sourceIPAddress"] in thieves}
    for name, what in PROOFS.items():
        assert name in proved, f"No event that you submitted proves {what}."


@check(Phase.DETECT, points=4)
def measures_the_gap(submitted, went_dark, flows_until, flows_deleted):
    """You said since when changes reach the log bucket no more, and until when the flow logs tell."""
    dark = moment(submitted.dark_since, "dark_since")
    until = moment(submitted.flows_until, "flows_until")
    assert abs(dark - went_dark) <= timedelta(minutes=2), (
        f"{dark:%H:%M} is not since when changes are missing from the log bucket. Compare the event "
        "history with the log files, event by event: a file comes minutes after its events, and a "
        "trail that still logs something is not one that logs changes."
    )
    there = flows_until - timedelta(minutes=1) <= until <= flows_deleted + timedelta(minutes=2)
    assert there, (
        f"{until:%H:%M} is not where the flow logs end. Read the `end` of their last record; they were "
        "deleted not long after."
    )


@check(Phase.DETECT, points=2)
def names_the_hideout(submitted, hideout):
    """You named the Region in which the thief worked unseen."""
    said = sorted(given(submitted.hideout))
    assert said == [hideout], (
        f"{', '.join(said)}: the thief made nothing there. Event history is kept in each Region by "
        "itself, trail or no trail: ask them all."
    )


@check(Phase.DETECT, points=3)
def names_what_was_taken(submitted, loot, papers):
    """You named every object of the vault that the thief read, and no other."""
    named = given(submitted.taken)
    wrong, missing = sorted(named - set(loot)), len(set(loot) - named)
    assert not wrong, (
        f"{wrong[0]} was not read by the thief: a HEAD reads nothing, and the analyst's reads are work."
    )
    assert not missing, (
        f"{missing} of the {len(loot)} objects that the thief read are not named. No trail has them; "
        "the bucket's own access log has."
    )


@check(Phase.CONTAIN, points=3)
def stolen_key_is_dead(replay):
    """The key that the thief came with can do nothing any more."""
    ways = replay(key_from_elsewhere).allowed
    assert not ways, f"The stolen key still works from a new address: {ways}."


@check(Phase.CONTAIN, points=4)
def session_is_dead(replay):
    """The session that the thief took can do nothing any more."""
    ways = replay(session_from_elsewhere).allowed
    assert not ways, f"The session that the thief took before your fix still works: {ways}."


@check(Phase.CONTAIN, points=3)
def way_back_is_closed(replay):
    """What the thief arranged in the dark no longer lets it in."""
    ways = replay(footholds_from_elsewhere).allowed
    assert not ways, f"The thief has another way in, which it made in the dark: {ways}."


@check(Phase.ERADICATE, points=4)
def nothing_is_left_behind(auditor, records, account_id, thieves, hideout, hidden):
    """Nothing that the thief made is left: no key, no statement, no server in any Region.

    Reads the state of all that the thief's recorded calls made, and the instances that it started.
    """
    left = list(leftovers(records, lambda record: record["sourceIPAddress"] in thieves, account_id))
    assert not left, f"Still there: {left[0]}."
    told = auditor.client("ec2", hideout).describe_instances()["Reservations"]
    running = [
        each["InstanceId"]
        for reservation in told
        for each in reservation["Instances"]
        if each["InstanceId"] in hidden
        and each["State"]["Name"] not in {"terminated", "shutting-down"}
    ]
    assert not running, f"Still there: {len(running)} of the thief's servers in another Region."


@check(Phase.ERADICATE, points=2, needs="nothing_is_left_behind")
def evidence_is_preserved(
    *, records, first_record, thieves, log_bucket, old_logs, leaked_key_id, dormant_user,
    vault_bucket, planted_key=None,
):  # fmt: skip
    """The log files from before are all there, and you looked at what you destroyed.

    Reads what is in the bucket and the order of the records: what is deleted can't be replayed.
    """
    there = files_in(log_bucket)
    gone = [key for key in old_logs if key not in there]
    assert not gone, f"{len(gone)} log files from before the attack are gone from the log bucket."
    things = {leaked_key_id, vault_bucket, (planted_key or {}).get("AccessKeyId", "")} - {""}
    lost = next(
        destroyed_unseen(
            records[first_record:], lambda record: record["sourceIPAddress"] in thieves, things
        ),
        None,
    )
    assert not lost, f"Evidence is lost: {lost}."


@check(Phase.RECOVER, points=4)
def every_region_is_logged(replay, hideout):
    """What is done in any Region, reads and changes and IAM's too, is in the log bucket in an hour."""
    seen = replay(watched)
    for region in sorted({"us-east-1", "us-west-2", "eu-west-1", hideout}):
        for event, what in (("AllocateAddress", "A change"), ("DescribeAddresses", "A look")):
            assert saw(seen, event, region), (
                f"{what} in {region} ({event}) leaves nothing in the log bucket within an hour."
            )
    for event in ("CreateUser", "ListUsers"):
        assert saw(seen, event), (
            f"{event}, an event of a global service, leaves nothing in the log bucket within an hour."
        )


@check(Phase.RECOVER, points=4)
def vault_is_logged(replay, vault_bucket):
    """Who reads or changes an object of the vault is in the log bucket within an hour."""
    seen = replay(watched)
    for event, what in (("GetObject", "A read of"), ("PutObject", "A change to")):
        assert saw(seen, event, bucketName=vault_bucket), (
            f"{what} the vault ({event}) leaves no data event in the log bucket within an hour."
        )


@check(Phase.RECOVER, points=3)
def connections_are_logged(replay):
    """A connection to the server, let through or not, is in the log bucket within an hour."""
    flows = (replay(watched).returned or {}).get("flows", ())
    for action in ("ACCEPT", "REJECT"):
        assert any(action in line.split() for line in flows), (
            f"A connection that ends in {action} leaves no flow record in the log bucket."
        )


@check(Phase.RECOVER, points=3, needs="every_region_is_logged")
def log_files_are_validated(replay, vault_bucket):
    """A digest tells of every new log file, so that a change to one would show."""
    seen = replay(watched)
    told = seen.returned["digested"]
    ours = [*saw(seen, "AllocateAddress"), *saw(seen, "GetObject", bucketName=vault_bucket)]
    for each in ours:
        assert told.get(each["file"]) == seen.returned["hashes"][each["file"]], (
            f"The log file with {each['eventName']} is in no digest: nobody would notice if it were "
            "changed."
        )


@check(Phase.RECOVER, points=3)
def logs_are_kept(auditor, log_bucket):
    """The log bucket forgets nothing before a year has passed.

    Reads the lifecycle rules: nothing expires while you watch.
    """
    try:
        told = auditor.s3.get_bucket_lifecycle_configuration(Bucket=log_bucket)["Rules"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchLifecycleConfiguration":
            raise
        told = []
    for rule in told:
        prefix = rule.get("Filter", {}).get("Prefix", rule.get("Prefix", ""))
        about_logs = prefix.startswith("AWSLogs/") or "AWSLogs/".startswith(prefix)
        if rule["Status"] != "Enabled" or not about_logs:
            continue
        days = rule.get("Expiration", {}).get("Days", KEPT_DAYS)
        old = rule.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays", KEPT_DAYS)
        name = repr(rule.get("ID", ""))
        assert "Date" not in rule.get("Expiration", {}), f"The rule {name} deletes on a date."
        assert min(days, old) >= KEPT_DAYS, (
            f"The rule {name} still deletes log files after {min(days, old)} days."
        )


@check(Phase.RECOVER, points=2, needs="every_region_is_logged")
def siem_reads_on(replay):
    """The SIEM lists the log bucket and reads what is new in it."""
    said = replay(watched).returned["collected"]
    assert not said, f"The SIEM no longer reads the logs: {said}"


@check(Phase.RECOVER, points=2, needs="stolen_key_is_dead")
def company_works(replay):
    """The pipeline deploys, engineers work with their role, the analyst with the vault."""
    for act, what in (
        (workload, "The pipeline no longer deploys"),
        (engineer_things, "Engineers can no longer work"),
        (analyse, "The analyst can no longer work"),
    ):
        done = replay(act)
        assert done.worked, f"{what}: {done.error}"


@check(Phase.LEARN, points=5)
def logging_cannot_be_stopped(replay):
    """Whoever steals the pipeline's present key, or an engineer's, can't make the account blind."""
    ways = replay(blind_again).allowed
    assert not ways, f"The next thief gets through again: {ways}."


@check(Phase.LEARN, points=4)
def log_bucket_is_locked(replay):
    """Nor can they delete log files, or change what protects and keeps them."""
    ways = replay(spoil_the_bucket).allowed
    assert not ways, f"The next thief still reaches the log bucket: {ways}."
