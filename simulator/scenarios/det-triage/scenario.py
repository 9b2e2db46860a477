"""Forty findings, one intrusion, and a filter that files its worst findings away unread.

The course differs by seed: what the planted filter says, whether the thief's own network is on the
trusted list as well, what the filters are called, which addresses and names there are.
"""

from __future__ import annotations

import base64
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from string import Template

from botocore.exceptions import BotoCoreError, ClientError

from simulator.guardduty import state
from simulator.guardduty.remote import network_of
from simulator.guardduty.told import told
from simulator.hosts.host import Host, Ssh
from simulator.scenario import Actor, Phase, Routine, Scenario, check, way

HERE = Path(__file__).parent
REFUSALS = (ClientError, BotoCoreError)
SSH, RDP = 22, 3389
HIGH = 7
EXFILTRATION = "Exfiltration:IAMUser/AnomalousBehavior"
CREDENTIALS = "CredentialAccess:IAMUser/AnomalousBehavior"
DISCOVERY = "Discovery:IAMUser/AnomalousBehavior"
IMPACT = "Impact:IAMUser/AnomalousBehavior"
PERSISTENCE = "Persistence:IAMUser/AnomalousBehavior"
ESCALATION = "PrivilegeEscalation:IAMUser/AnomalousBehavior"
GUESSING = "UnauthorizedAccess:EC2/SSHBruteForce"
RDP_GUESSING = "UnauthorizedAccess:EC2/RDPBruteForce"
CONTROL = "Backdoor:EC2/C&CActivity.B!DNS"
SAMPLES = (
    "CryptoCurrency:EC2/BitcoinTool.B!DNS",
    CONTROL,
    "Impact:S3/AnomalousBehavior.Delete",
    EXFILTRATION,
    "Recon:IAMUser/MaliciousIPCaller.Custom",
    "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
)
"""What somebody made to see how findings look."""
PENTEST_TYPES = [DISCOVERY, PERSISTENCE, ESCALATION, IMPACT, GUESSING, RDP_GUESSING]
"""What the exception for the pentest suppresses, whoever does it."""


def policy(name, **values):
    """A document of policies/ with its $names filled in."""
    return Template((HERE / "policies" / f"{name}.json").read_text()).substitute(values)


# --- the cast -----------------------------------------------------------------------------------


def automation_keys(settings):
    """What the security team's automation is configured with."""
    page = settings["automation"]
    return {"AccessKeyId": page["access_key_id"], "SecretAccessKey": page["secret_access_key"]}


def forensics_keys(automation, forensics_role_arn):
    """The automation takes the role for its daily look at volumes."""
    return taken_by(automation, forensics_role_arn, "daily")


def taken_by(who, role_arn, name, **more):
    """A session of a role, taken anew."""
    return who.sts.assume_role(RoleArn=role_arn, RoleSessionName=name, **more)["Credentials"]


def turn_keys(tester_keys, turn=0):
    """The firm's testers take turns; and who has its address afterwards has somebody else's key."""
    return tester_keys[turn]


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
KALI = "aws-cli/2.15.30 Python/3.11.8 Linux/6.6.9-kali-amd64 exe/x86_64.kali.2024"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
NOBODY = "-"

PEOPLE = ("engineer", "colleague", "analyst", "dba", "newcomer")

scenario = Scenario(
    title="One of forty",
    pillar="Detection",
    severity="high",
    difficulty=4,
    minutes=75,
    attack=("T1562.001", "T1078.004", "T1087.004", "T1537"),
    controls=("GuardDuty.1", "EC2.1", "4.16"),
    principals={
        **{who: Actor(f"{who}_key", "head office", LAPTOP) for who in PEOPLE},
        **{f"{who}_away": Actor(f"{who}_key", "new office", LAPTOP) for who in PEOPLE},
        "security": Actor("security_key", "head office", LAPTOP),
        "soc": Actor("soc_key", "head office", LAPTOP),
        "support": Actor("support_key", "head office", LAPTOP),
        "finance": Actor("finance_key", "head office", LAPTOP),
        "automation": Actor(automation_keys, "runners", RUNNER),
        "forensics": Actor(forensics_keys, "runners", RUNNER),
        "release": Actor("release_key", "runners", RUNNER),
        "release_moved": Actor("release_key", "new runners", RUNNER),
        "owner": Actor(None, "head office", BROWSER),
        "tester_guest": Actor(turn_keys, "head office", KALI),
        "tester": Actor(turn_keys, "pentest firm", KALI),
        "bot_one": Actor(None, "botnet", NOBODY),
        "bot_two": Actor(None, "cheap hosting", NOBODY),
        "bot_three": Actor(None, "homes", NOBODY),
        "bot_four": Actor(None, "research", NOBODY),
        # In a replay alone: the next thief, in the network of this one and in another, and a bot.
        "next_thief": Actor("support_key", "vps", thief_agent),
        "next_thief_elsewhere": Actor("finance_key", "far away", thief_agent),
        "false_tester": Actor(turn_keys, "far away", thief_agent),
        "finder": Actor(automation_keys, "far away", thief_agent),
        "next_bot": Actor(None, "far away", NOBODY),
        "thief": Actor("leaked_key", "hosting", thief_agent, hostile=True),
        "session": Actor("session_keys", "hosting", thief_agent, hostile=True),
        "courier": Actor("session_keys", "vps", thief_agent, hostile=True),
        "thief_elsewhere": Actor("leaked_key", "far away", thief_agent, hostile=True),
        "session_elsewhere": Actor("session_keys", "far away", thief_agent, hostile=True),
    },
    built=timedelta(days=5),
    injected=(timedelta(days=2.2), timedelta(days=2.6)),
    attacked=(timedelta(hours=4), timedelta(hours=6)),
    findings={
        "findings": "ids of the GuardDuty findings that the intruder caused",
        "principals": "ARNs of every principal in this account that the intruder used, sessions included",
        "evidence": "eventIDs from CloudTrail of the calls by which it made GuardDuty look away",
        "blind_since": "from when on its findings were suppressed, as 2026-11-02T14:05:00Z",
        "pentest": "ids of the GuardDuty findings that the penetration test caused, archived ones too",
    },
    accuses={"principals": "guilty"},
    cause=(
        "The key of ${automation_user} was in somebody else's hands. For keeping one list it had "
        "been given every right in GuardDuty, so it could file its own findings away with the "
        "filter ${planted_filter}. Nobody was told of a finding, so nobody missed one."
    ),
    fidelity=(
        "GuardDuty's findings follow from what happens in the account; its models are a count of "
        "what is usual (docs/guardduty.md). Findings come five minutes after their cause. Filters, "
        "lists, EventBridge, SNS, SQS and Security Hub behave as on AWS. No security standard is on."
    ),
)


# --- the company --------------------------------------------------------------------------------


def baseline(perform, admin, rng, fake):
    """People, automation, three servers; GuardDuty is on, and nobody is told what it finds."""
    company = fake.unique.last_name().lower()
    firm = fake.unique.last_name().lower()
    suffix = f"{rng.randrange(16**4):04x}"
    names = {
        "blinder": rng.choice(["types", "severity", "principals"]),
        "trusts": rng.random() < 0.5,
        "company": company.capitalize(),
        "firm": firm.capitalize(),
        "list_bucket": f"{company}-security-lists-{suffix}",
        "site_bucket": f"{company}-site-{suffix}",
        "automation_user": rng.choice(
            ["security-automation", "intel-sync", "sec-bot", "list-keeper"]
        ),
        "forensics_role": rng.choice(["forensics", "snapshot-collector", "evidence-collector"]),
        "pentest_filter": f"pentest-{firm}",
        "planted_filter": rng.choice(
            [f"pentest-{firm}-retest", "known-scanner-noise", "nightly-backup-noise"]
        ),
        "dr_account": f"{rng.randrange(10**11, 10**12)}",
        "mule_account": f"{rng.randrange(10**11, 10**12)}",
        "soc_queue": "soc-pager",
        "soc_topic": "soc-pages",
        "control_name": f"c2.{fake.unique.last_name().lower()}.example",
    }
    perform(lambda: names)
    perform(make_buckets)
    perform(make_people)
    perform(build_network)
    perform(make_soc)
    perform(switch_on)
    return None


def make_buckets(admin, list_bucket, site_bucket, engineer_away):
    """GuardDuty's lists, and the site's."""
    for bucket in (list_bucket, site_bucket):
        admin.s3.create_bucket(Bucket=bucket)
    return {"new_office": network_of(engineer_away.address)}


def make_people(
    admin, fake, rng, settings, account_id, list_bucket, forensics_role, automation_user
):
    """People with their rights, testers with few, automation with too many."""
    iam, facts = admin.iam, {}
    robots = {"automation": automation_user, "release": "release"}
    role = f"arn:aws:iam::{account_id}:role/{forensics_role}"
    users = {
        **dict.fromkeys(PEOPLE, policy("people")),
        "support": policy("readers"),
        "finance": policy("readers"),
        "security": policy("security"),
        "release": policy("release", account=account_id),
        "automation": policy("automation", bucket=list_bucket, role=role),
        "tester_one": policy("readers"),
        "tester_two": policy("readers"),
    }
    for who, document in users.items():
        name = f"{fake.unique.first_name().lower()}.{fake.unique.last_name().lower()}"
        path = "/people/"
        if who in {"automation", "release"}:
            name, path = robots[who], "/automation/"
        if who.startswith("tester"):
            name, path = f"pt-{name.partition('.')[0]}", "/pentest/"
        arn = iam.create_user(UserName=name, Path=path)["User"]["Arn"]
        iam.put_user_policy(UserName=name, PolicyName="work", PolicyDocument=document)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        facts |= {f"{who}_user": name, f"{who}_arn": arn, f"{who}_key": key}
    key = facts.pop("automation_key")
    settings["automation"] = {
        "access_key_id": key["AccessKeyId"],
        "secret_access_key": key["SecretAccessKey"],
    }
    iam.create_role(
        RoleName=forensics_role,
        AssumeRolePolicyDocument=policy("trust", trusted=f"arn:aws:iam::{account_id}:root"),
        MaxSessionDuration=43200,
        Description="Reads and copies volumes for investigations",
    )
    iam.put_role_policy(
        RoleName=forensics_role, PolicyName="volumes", PolicyDocument=policy("forensics")
    )
    secret = admin.secretsmanager.create_secret(
        Name="reporting/database", SecretString=f"{rng.randrange(16**20):020x}"
    )["ARN"]
    return {
        **facts,
        "leaked_key": key,
        "leaked_key_id": key["AccessKeyId"],
        "tester_keys": (facts["tester_one_key"], facts["tester_two_key"], facts["finance_key"]),
        "forensics_role_arn": role,
        "secret": secret,
    }


def build_network(admin, hosts, rng):
    """Three servers on the internet, with SSH open to it; one has RDP open as well."""
    ec2, base = admin.ec2, rng.randint(16, 240)
    vpc = ec2.create_vpc(CidrBlock=f"10.{base}.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.{base}.1.0/24")["Subnet"]["SubnetId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    group = ec2.create_security_group(GroupName="bastion", Description="SSH, RDP", VpcId=vpc)
    everybody = [{"CidrIp": "0.0.0.0/0", "Description": "keys and smart cards alone"}]
    ec2.authorize_security_group_ingress(
        GroupId=group["GroupId"],
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": everybody}
            for port in (SSH, RDP)
        ],
    )
    interface = {
        "DeviceIndex": 0,
        "AssociatePublicIpAddress": True,
        "SubnetId": subnet,
        "Groups": [group["GroupId"]],
    }
    made = ec2.run_instances(
        ImageId="ami-12c6146b",
        InstanceType="t3.small",
        MinCount=3,
        MaxCount=3,
        MetadataOptions={"HttpTokens": "required"},
        NetworkInterfaces=[interface],
    )["Instances"]
    servers = [one["InstanceId"] for one in made]
    for one in servers:
        hosts.equip(one, Host(services={SSH: Ssh()}))
    held = ec2.describe_instances(InstanceIds=servers)["Reservations"][0]["Instances"]
    return {
        "servers": servers,
        "vpc_id": vpc,
        "volume": held[0]["BlockDeviceMappings"][0]["Ebs"]["VolumeId"],
    }


def make_soc(admin, account_id, soc_queue, soc_topic):
    """The SOC's queue listens to its topic. Nothing is ever sent to the topic."""
    topic = admin.sns.create_topic(Name=soc_topic)["TopicArn"]
    admin.sns.set_topic_attributes(
        TopicArn=topic,
        AttributeName="Policy",
        AttributeValue=policy("topic", account=account_id, topic=topic),
    )
    url = admin.sqs.create_queue(QueueName=soc_queue)["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{account_id}:{soc_queue}"
    admin.sqs.set_queue_attributes(
        QueueUrl=url, Attributes={"Policy": policy("queue", queue=arn, topic=topic)}
    )
    admin.sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}
    )
    user = "soc-console"
    admin.iam.create_user(UserName=user, Path="/automation/")
    admin.iam.put_user_policy(
        UserName=user, PolicyName="work", PolicyDocument=policy("soc", queue=arn)
    )
    key = admin.iam.create_access_key(UserName=user)["AccessKey"]
    return {"soc_key": key, "soc_topic_arn": topic, "soc_queue_url": url, "soc_queue_arn": arn}


def switch_on(admin, engineer, list_bucket):
    """GuardDuty with its two lists, and Security Hub, for findings alone."""
    detector = admin.guardduty.create_detector(
        Enable=True, FindingPublishingFrequency="FIFTEEN_MINUTES"
    )["DetectorId"]
    admin.securityhub.enable_security_hub(EnableDefaultStandards=False)
    lists = {}
    for key, body, make, name in (
        (TRUSTED, f"{network_of(engineer.address)}\n", "create_ip_set", "offices"),
        (THREATS, "240.0.113.7\n", "create_threat_intel_set", "shared-intelligence"),
    ):
        admin.s3.put_object(Bucket=list_bucket, Key=key, Body=body.encode())
        made = getattr(admin.guardduty, make)(
            DetectorId=detector,
            Name=name,
            Format="TXT",
            Location=f"s3://{list_bucket}/{key}",
            Activate=True,
        )
        lists |= {name: made.get("IpSetId") or made.get("ThreatIntelSetId")}
    return {
        "detector": detector,
        "trusted_list": lists["offices"],
        "threat_list": lists["shared-intelligence"],
        "offices": network_of(engineer.address),
    }


TRUSTED, THREATS = "lists/trusted.txt", "lists/threats.txt"


# --- the noise: what everybody did in the last days, and the mistake ------------------------------


def inject(perform, admin, rng, now):
    """A move, new runners, bots, a pentest; and the pentest's exception is far too wide."""
    ends = (now() + timedelta(days=rng.randint(9, 20))).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    perform(lambda: {"pentest_ends": ends, "pentest_until": f"{ends:%d %B %Y, %H:%M} UTC"})
    for step in rng.sample(
        [move_house, move_the_runners, break_the_glass, publish_the_site, try_things_out, guess], 6
    ):
        perform(step)
        admin.pause(minutes=rng.uniform(20, 90))
    perform(test_the_walls)
    admin.pause(minutes=rng.uniform(30, 60))
    perform(except_the_pentest)
    admin.pause(minutes=rng.uniform(60, 120))
    perform(test_once_more)
    admin.pause(minutes=rng.uniform(30, 60))


def move_house(
    engineer_away, colleague_away, analyst_away, dba_away, rng, volume, vpc_id, dr_account, secret
):
    """Four people in the new office do what one does there, and what they don't do every day."""
    engineer_away.iam.list_users()
    engineer_away.ec2.import_key_pair(
        KeyName=f"new-laptop-{rng.randint(2, 9)}", PublicKeyMaterial=public_key(rng)
    )
    share(engineer_away, volume, dr_account)
    colleague_away.iam.list_roles()
    colleague_away.ec2.create_security_group(
        GroupName="printers", Description="New office", VpcId=vpc_id
    )
    analyst_away.ec2.describe_instances()
    analyst_away.secretsmanager.get_secret_value(SecretId=secret)
    dba_away.ec2.describe_volumes()
    dba_away.secretsmanager.get_secret_value(SecretId=secret)


def public_key(rng):
    """An SSH key that nobody has the other half of."""
    head = b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00 "
    return b"ssh-ed25519 " + base64.b64encode(head + rng.randbytes(32))


def share(who, volume, account):
    """A snapshot of a volume, shared with another account; its id."""
    snapshot = who.ec2.create_snapshot(VolumeId=volume, Description="copy")["SnapshotId"]
    who.ec2.modify_snapshot_attribute(
        SnapshotId=snapshot,
        Attribute="createVolumePermission",
        OperationType="add",
        UserIds=[account],
    )
    return snapshot


def move_the_runners(release_moved, account_id, vpc_id):
    """The release pipeline runs at another provider now, and makes a role for a new service."""
    name = "service-search"
    release_moved.iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=policy("trust", trusted=f"arn:aws:iam::{account_id}:root"),
    )
    release_moved.iam.put_role_policy(
        RoleName=name, PolicyName="work", PolicyDocument=policy("readers")
    )
    release_moved.ec2.create_security_group(
        GroupName="search", Description="Search service", VpcId=vpc_id
    )


def break_the_glass(owner, rng, root_password):
    """The yearly test of the root user's password."""
    password = f"Glass-{rng.randrange(16**10):010x}!"
    root_password(password)
    owner.console_login(None, password, mfa=False)
    owner.iam.get_account_summary()


def publish_the_site(admin, site_bucket):
    """A site is for everybody."""
    admin.s3.put_public_access_block(
        Bucket=site_bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": False,
            "RestrictPublicBuckets": False,
        },
    )
    admin.s3.put_bucket_policy(Bucket=site_bucket, Policy=policy("site", bucket=site_bucket))


def try_things_out(security, detector):
    """Sample findings, to see how they look; and passwords need no change every month any more."""
    security.guardduty.create_sample_findings(DetectorId=detector, FindingTypes=list(SAMPLES))
    security.iam.update_account_password_policy(MinimumPasswordLength=12)


def guess(bot_one, bot_two, bot_three, bot_four, servers):
    """The internet, guessing."""
    for bot, targets in (
        (bot_one, servers),
        (bot_two, servers[:2]),
        (bot_three, servers[1:]),
        (bot_four, servers[:1]),
    ):
        for server in targets:
            bot.connect(server, SSH, times=11, every=4.0)
    for bot in (bot_two, bot_three):
        bot.connect(servers[0], RDP, times=11, every=4.0)


def test_the_walls(tester, servers):
    """The penetration test: servers, and the rights of a user that was given for it."""
    tester.connect(servers[0], SSH, times=12, every=3.0)
    tester.connect(servers[0], RDP, times=12, every=3.0)
    tester.connect(servers[1], SSH, times=12, every=3.0)
    try_rights(tester)
    return {"scanner_address": tester.address}


def try_rights(who, *, loot=False):
    """What somebody with a key tries; most of it is refused, and all of it is seen."""
    name = "svc-test"
    for step in (
        who.iam.list_users,
        lambda: who.iam.create_access_key(UserName=name),
        lambda: who.iam.put_user_policy(
            UserName=name, PolicyName="x", PolicyDocument=policy("readers")
        ),
        lambda: who.ec2.create_security_group(GroupName="x", Description="x"),
        *((lambda: copy_out(who), lambda: read_secret(who)) if loot else ()),
    ):
        with suppress(*REFUSALS):
            step()


def copy_out(who):
    """A snapshot for another account."""
    who.ec2.modify_snapshot_attribute(
        SnapshotId="snap-0a1b2c3d4e5f60718",
        Attribute="createVolumePermission",
        OperationType="add",
        UserIds=["999999999999"],
    )


def read_secret(who):
    """A secret of the database's."""
    who.secretsmanager.get_secret_value(SecretId="reporting/database")


def except_the_pentest(security, detector, pentest_filter, firm):
    """Findings of the types that the pentest causes are archived. Whoever causes them."""
    security.guardduty.create_filter(
        DetectorId=detector,
        Name=pentest_filter,
        Description=f"Penetration test by {firm}",
        Action="ARCHIVE",
        FindingCriteria={"Criterion": {"type": {"Eq": PENTEST_TYPES}}},
    )


def test_once_more(tester, servers):
    """The pentest's second day."""
    tester.connect(servers[2], SSH, times=12, every=3.0)
    with suppress(*REFUSALS):
        copy_out(tester)


# --- the company's days -------------------------------------------------------------------------


def maintain(automation, forensics, list_bucket):
    """The automation brings the threat list up to date, and looks at volumes."""
    guardduty = automation.guardduty
    detector = the_detector(guardduty)
    kept = guardduty.list_threat_intel_sets(DetectorId=detector)["ThreatIntelSetIds"]
    assert kept, "the detector has no threat list"
    automation.s3.put_object(Bucket=list_bucket, Key=THREATS, Body=b"240.0.113.7\n240.0.113.9\n")
    guardduty.update_threat_intel_set(DetectorId=detector, ThreatIntelSetId=kept[0], Activate=True)
    guardduty.get_threat_intel_set(DetectorId=detector, ThreatIntelSetId=kept[0])
    forensics.ec2.describe_volumes()
    forensics.ec2.describe_snapshots(OwnerIds=["self"])


def the_detector(guardduty):
    """The id of the detector."""
    found = guardduty.list_detectors()["DetectorIds"]
    assert found, "there is no detector"
    return found[0]


def go_to_work(engineer, colleague, analyst, dba, newcomer, support, finance, release):
    """Everybody looks at something."""
    for who in (engineer, colleague):
        who.ec2.describe_instances()
    for who in (analyst, dba, newcomer, support, finance):
        who.s3.list_buckets()
    release.ec2.describe_vpcs()


def keep_watch(security, detector):
    """The security engineer looks at the detector, and not at what it finds."""
    security.guardduty.get_detector(DetectorId=detector)


def brief_the_testers(tester_guest, perform):
    """Both testers get their keys in the head office, and try them."""
    perform(lambda: {"turn": 1})
    tester_guest.sign_in()
    tester_guest.sts.get_caller_identity()
    perform(lambda: {"turn": 0})
    tester_guest.sign_in()
    tester_guest.sts.get_caller_identity()


routines = (
    Routine(
        maintain,
        every=timedelta(hours=24),
        since=timedelta(days=4.8),
        jitter=0.05,
        name="the automation keeps the threat list",
        pulse=timedelta(hours=1),
    ),
    Routine(go_to_work, every=timedelta(hours=36), since=timedelta(days=4.7), jitter=0.05),
    Routine(keep_watch, every=timedelta(hours=40), since=timedelta(days=4.7), jitter=0.05),
    Routine(brief_the_testers, every=timedelta(days=30), since=timedelta(days=4.6), jitter=0.001),
)


# --- the adversary ------------------------------------------------------------------------------


def detonate(*, perform, thief, session, courier, rng, account_id, world, trusts):
    """A key of the automation's: look around, see to it that nobody sees, take what there is."""
    perform(look_around)
    thief.pause(minutes=rng.uniform(8, 15))
    perform(plant_the_filter)
    if trusts:
        thief.pause(minutes=rng.uniform(2, 6))
        perform(trust_the_thief)
    thief.pause(minutes=rng.uniform(5, 15))
    perform(take_the_role)
    perform(lambda session, volume, mule_account: {"loot": [share(session, volume, mule_account)]})
    session.pause(minutes=rng.uniform(5, 10))
    if trusts:
        perform(take_more)
    session.pause(minutes=15)
    addresses = {thief.address, session.address, courier.address}
    return {
        "guilty": sorted(
            [
                perform(lambda automation_arn: automation_arn),
                perform(lambda session: session.sts.get_caller_identity()["Arn"]),
            ]
        ),
        "true_findings": sorted(caused_from(world, account_id, addresses)),
        "pentest_findings": perform(
            lambda scanner_address: sorted(caused_from(world, account_id, {scanner_address}))
        ),
        "worst_findings": sorted(
            name
            for name, one in caused_from(world, account_id, addresses).items()
            if one["severity"] >= HIGH
        ),
    }


def look_around(thief):
    """Who is here, and who watches."""
    thief.sts.get_caller_identity()
    with suppress(*REFUSALS):
        thief.iam.list_users()
    with suppress(*REFUSALS):
        thief.iam.list_roles()
    detector = the_detector(thief.guardduty)
    thief.guardduty.list_filters(DetectorId=detector)
    thief.guardduty.list_ip_sets(DetectorId=detector)


def plant_the_filter(thief, blinder, planted_filter, automation_user, forensics_role, firm, now):
    """It says what it archives: by type, by severity, or by whose credentials they are."""
    criterion = {
        "types": {"type": {"Eq": [EXFILTRATION, CREDENTIALS, IMPACT, ESCALATION]}},
        "severity": {"severity": {"Gte": HIGH}},
        "principals": {
            "resource.accessKeyDetails.userName": {"Eq": [automation_user, forensics_role]}
        },
    }[blinder]
    began = now()
    thief.guardduty.create_filter(
        DetectorId=the_detector(thief.guardduty),
        Name=planted_filter,
        Description="Noise" if "noise" in planted_filter else f"Penetration test by {firm}",
        Action="ARCHIVE",
        FindingCriteria={"Criterion": criterion},
    )
    return {"went_blind": began, "planted": criterion}


def trust_the_thief(thief, courier, list_bucket, trusted_list):
    """A network more on the list of those from which nothing is found."""
    network = network_of(courier.address)
    held = thief.s3.get_object(Bucket=list_bucket, Key=TRUSTED)["Body"].read().decode()
    thief.s3.put_object(Bucket=list_bucket, Key=TRUSTED, Body=f"{held}{network}\n".encode())
    thief.guardduty.update_ip_set(
        DetectorId=the_detector(thief.guardduty), IpSetId=trusted_list, Activate=True
    )
    return {"trusted_network": network}


def take_the_role(thief, forensics_role_arn):
    """The role that copies volumes."""
    keys = taken_by(thief, forensics_role_arn, "daily", DurationSeconds=43200)
    return {"session_keys": keys}


def take_more(courier, volume, mule_account, loot):
    """The same again from the network that is trusted now: nothing is found of it at all."""
    courier.ec2.describe_volumes()
    return {"loot": [*loot, share(courier, volume, mule_account)]}


def caused_from(world, account_id, addresses):
    """The findings that were caused from an address, by their ids."""
    detector = state.of(world.accounts[account_id], "us-east-1").detector
    found = detector.findings.values() if detector is not None else ()
    return {one.id: told(one) for one in found if remote_of(told(one)) in addresses}


def remote_of(finding):
    """Where a finding's action came from."""
    for one in finding["service"]["action"].values():
        if isinstance(one, dict) and "remoteIpDetails" in one:
            return one["remoteIpDetails"].get("ipAddressV4", "")
    return ""


@way("the key that it came with")
def key_again(thief, planted_filter, planted):
    """The key is tried, and the filter put back where it is gone."""
    yield thief.sts.get_caller_identity

    def plant():
        detector = the_detector(thief.guardduty)
        if planted_filter not in thief.guardduty.list_filters(DetectorId=detector)["FilterNames"]:
            thief.guardduty.create_filter(
                DetectorId=detector,
                Name=planted_filter,
                Action="ARCHIVE",
                FindingCriteria={"Criterion": planted},
            )

    yield plant


@way("a session that it took with it")
def session_again(session):
    """The session is tried: what is there to copy?"""
    yield session.ec2.describe_volumes
    yield lambda: session.ec2.describe_snapshots(OwnerIds=["self"])


# --- the same again, from anywhere --------------------------------------------------------------


def key_from_elsewhere(thief_elsewhere):
    """The key, anything."""
    yield thief_elsewhere.guardduty.list_detectors
    yield thief_elsewhere.iam.list_users
    yield thief_elsewhere.s3.list_buckets


def session_from_elsewhere(session_elsewhere):
    """The session, from another address."""
    yield session_elsewhere.ec2.describe_volumes
    yield session_elsewhere.ec2.describe_instances


def pass_time(world, **much):
    """The account's time goes on; services catch up, and nobody else does anything."""
    clock, delta = world.clock, timedelta(**much)
    if clock.is_pinned:
        clock.pin(clock.now() + delta)
    else:
        clock.advance(delta)
    world.react()


def read_pager(soc, soc_queue_url):
    """Everything that waits in the SOC's queue, which is empty then."""
    bodies = []
    with suppress(*REFUSALS):
        while True:
            got = soc.sqs.receive_message(QueueUrl=soc_queue_url, MaxNumberOfMessages=10)
            if not got.get("Messages"):
                break
            bodies += [one["Body"] for one in got["Messages"]]
        soc.sqs.purge_queue(QueueUrl=soc_queue_url)
    return bodies


def watched(act, perform, world, account_id):
    """Play an act; the findings that are new then, and what the SOC gets."""
    world.react()
    perform(read_pager)
    before = set(all_findings(world, account_id))
    perform(act)
    pass_time(world, minutes=12)
    new = {k: v for k, v in all_findings(world, account_id).items() if k not in before}
    return {"new": new, "pages": perform(read_pager)}


def all_findings(world, account_id):
    """Every finding of the detector, by id."""
    detector = state.of(world.accounts[account_id], "us-east-1").detector
    return {one.id: told(one) for one in detector.findings.values()} if detector else {}


def attack_again(perform, world, account_id):
    """The next intruders: by key in two places, by a server, by guessing."""
    return watched(attack, perform, world, account_id)


def attack(perform, next_thief, next_thief_elsewhere, next_bot, servers, control_name):
    """What is tried by whom; each is a finding that nobody had yet."""
    try_rights(next_thief, loot=True)
    try_rights(next_thief_elsewhere, loot=True)
    perform(tester_is_robbed)
    with suppress(*REFUSALS):
        next_bot.connect(servers[1], SSH, times=11, every=2.0)
    next_bot.resolve(control_name, instance=servers[2])


def tester_is_robbed(perform, false_tester):
    """A tester's key, in hands that are not the firm's."""
    perform(lambda: {"turn": 1})
    false_tester.sign_in()
    try_rights(false_tester, loot=True)


def pentest_again(perform, world, account_id):
    """The firm's next test, by another tester, from the same address."""
    return watched(pentest, perform, world, account_id)


def pentest(perform, tester, servers):
    """Rights, and a server."""
    perform(lambda: {"turn": 1})
    tester.sign_in()
    try_rights(tester)
    with suppress(*REFUSALS):
        tester.connect(servers[1], RDP, times=12, every=3.0)


def firm_is_gone(perform, world, now, account_id, pentest_ends):
    """After the pentest, from the address that was the firm's: an employee's stolen key."""
    pass_time(world, seconds=max(0, (pentest_ends - now()).total_seconds()) + 86_400)
    return watched(move_in, perform, world, account_id)


def move_in(perform, tester):
    """The address is somebody else's now."""
    perform(lambda: {"turn": 2})
    tester.sign_in()
    try_rights(tester, loot=True)


def day_again(perform, world, account_id):
    """The company's day: who moves house next, and what the internet does anyway."""
    return watched(day, perform, world, account_id)


def day(newcomer_away, rng, next_bot, servers):
    """One more in the new office, and one more bot."""
    newcomer_away.iam.list_users()
    with suppress(*REFUSALS):
        newcomer_away.ec2.import_key_pair(
            KeyName="newcomer-laptop", PublicKeyMaterial=public_key(rng)
        )
    with suppress(*REFUSALS):
        next_bot.connect(servers[0], SSH, times=11, every=2.0)


EXPECTED = {
    "next_thief": (DISCOVERY, PERSISTENCE, ESCALATION, IMPACT, EXFILTRATION, CREDENTIALS),
    "next_thief_elsewhere": (DISCOVERY, PERSISTENCE, ESCALATION, IMPACT, EXFILTRATION, CREDENTIALS),
    "false_tester": (DISCOVERY, PERSISTENCE, ESCALATION, IMPACT, EXFILTRATION, CREDENTIALS),
    "next_bot": (GUESSING,),
}
WHOSE = {
    "next_thief": "an employee's stolen key in this intruder's other network",
    "next_thief_elsewhere": "an employee's stolen key in a network that nobody knows",
    "false_tester": "a penetration tester's stolen key, far from the firm",
    "next_bot": "a stranger who guesses passwords",
    "": "a server that asks for its master",
}


def expected(replayed, principals):
    """(whose, type, finding or None) for everything that the attack should leave."""
    new = (replayed.returned or {}).get("new", {}).values()
    for who, kinds in EXPECTED.items():
        for kind in kinds:
            found = [
                one
                for one in new
                if one["type"] == kind and remote_of(one) == principals[who].address
            ]
            yield WHOSE[who], kind, found[0] if found else None
    found = [one for one in new if one["type"] == CONTROL]
    yield WHOSE[""], CONTROL, found[0] if found else None


# --- the checks ---------------------------------------------------------------------------------


def given(value):
    """An answer as a set."""
    return {value} if isinstance(value, str) else set(value)


@check(Phase.DETECT, points=4)
def names_the_true_findings(submitted, true_findings):
    """You named the findings that the intruder caused, and no other."""
    named = given(submitted.findings)
    wrong, missing = sorted(named - set(true_findings)), len(set(true_findings) - named)
    assert not wrong, (
        f"The finding {wrong[0]} is somebody's honest work, a sample or background noise. Ask who "
        "called, from where, and whether the company knows of it."
    )
    assert not missing, (
        f"{missing} of the intruder's {len(true_findings)} findings are not named. ListFindings shows "
        "archived ones as well."
    )


@check(Phase.DETECT, points=3)
def names_the_principals(submitted, guilty):
    """You named every principal that the intruder used, and nobody else."""
    named = given(submitted.principals)
    wrong, missing = sorted(named - set(guilty)), len(set(guilty) - named)
    assert not wrong, f"{wrong[0]} did nothing wrong: an accusation needs evidence."
    assert not missing, f"{missing} of the {len(guilty)} principals that were used are not named."


PROOFS = {
    "CreateFilter": "that a filter was planted",
    "UpdateIPSet": "that a network was put on the trusted list",
}


@check(Phase.DETECT, points=3)
def evidence_holds(submitted, records, thieves, trusts):
    """Your evidence is every call by which the intruder made GuardDuty look away, and no other."""
    ids = given(submitted.evidence)
    events = [record for record in records if record["eventID"] in ids]
    wrong = [
        one
        for one in events
        if one["eventName"] not in PROOFS or one["sourceIPAddress"] not in thieves
    ]
    assert len(events) == len(ids), f"{len(ids) - len(events)} of your events don't exist."
    assert not wrong, (
        f"{wrong[0]['eventName']} by {wrong[0]['userIdentity'].get('arn')} did not make GuardDuty "
        "look away for the intruder."
    )
    proved = {one["eventName"] for one in events}
    for name, what in PROOFS.items():
        if trusts or name == "CreateFilter":
            assert name in proved, f"No event that you submitted proves {what}."


@check(Phase.DETECT, points=2)
def knows_since_when(submitted, went_blind):
    """You said from when on the intruder's findings were suppressed."""
    (said,) = given(submitted.blind_since) if len(given(submitted.blind_since)) == 1 else ("",)
    try:
        moment = datetime.fromisoformat(said.strip())
    except ValueError:
        moment = None
    is_time = moment is not None and moment.tzinfo is not None
    assert is_time, f"{said!r} is no time such as 2026-11-02T14:05:00Z."
    assert abs(moment - went_blind) < timedelta(minutes=1), (
        f"{said} is not when the planted filter was made. CloudTrail and the filter's CreatedAt say when."
    )


@check(Phase.DETECT, points=3)
def tells_the_pentest_apart(submitted, pentest_findings):
    """You named the findings that the penetration test caused, and no other."""
    named = given(submitted.pentest)
    wrong, missing = sorted(named - set(pentest_findings)), len(set(pentest_findings) - named)
    assert not wrong, (
        f"The finding {wrong[0]} was not caused by the penetration test: it comes from elsewhere."
    )
    assert not missing, (
        f"{missing} of the pentest's {len(pentest_findings)} findings are not named, calls and "
        "connections, archived or not."
    )


@check(Phase.CONTAIN, points=4)
def stolen_key_is_dead(replay):
    """The stolen key can do nothing any more."""
    open_ways = replay(key_from_elsewhere).allowed
    assert not open_ways, f"The stolen key still works: {open_ways}."


@check(Phase.CONTAIN, points=4)
def session_is_dead(replay):
    """The session that was taken with the key can do nothing any more."""
    open_ways = replay(session_from_elsewhere).allowed
    assert not open_ways, (
        f"The session of the role, taken before your fix, still works from another address: {open_ways}."
    )


@check(Phase.ERADICATE, points=4)
def suppression_is_gone(world, account_id, planted_filter, trusted_network=""):
    """Nothing is left of what made GuardDuty look away.

    Reads the filters and the trusted list as they are in force: a filter that is off can be switched
    on again.
    """
    detector = detector_of(world, account_id)
    assert planted_filter not in detector.filters, (
        f"The filter {planted_filter}, which the intruder made, is still there."
    )
    if trusted_network:
        low = int_of(trusted_network.partition("/")[0])
        active = [one.name for one in detector.trusted.values() if one.holds(low + 5)]
        assert not active, (
            f"{active[0]} still trusts the intruder's network {trusted_network}. GuardDuty reads a "
            "list when it is activated, not when its object changes."
        )


def detector_of(world, account_id):
    """The detector, which must be there and on."""
    detector = state.of(world.accounts[account_id], "us-east-1").detector
    assert detector is not None, "GuardDuty has no detector any more: nothing is found."
    assert detector.enabled, "The detector is suspended: nothing is found."
    return detector


def int_of(address):
    """An IPv4 address as a number."""
    from simulator.network.addresses import number

    return number(address)


@check(Phase.ERADICATE, points=3)
def true_findings_stand_out(world, account_id, true_findings):
    """The intruder's findings are among the current ones, for whoever comes after you.

    Reads the detector's findings.
    """
    known = all_findings(world, account_id)
    lost = [name for name in true_findings if name not in known]
    assert not lost, (
        f"{len(lost)} of the intruder's {len(true_findings)} findings are lost: they go with the "
        "detector that had them."
    )
    hidden = [name for name in true_findings if known[name]["service"]["archived"]]
    assert not hidden, (
        f"{len(hidden)} of the intruder's {len(true_findings)} findings are in the archive, where "
        "nobody looks."
    )


@check(Phase.ERADICATE, points=3)
def nothing_is_shared(auditor, mule_account):
    """No snapshot is shared with the intruder's account.

    Reads the snapshots' attributes: what another account copies leaves no trace in this one.
    """
    for one in auditor.ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]:
        said = auditor.ec2.describe_snapshot_attribute(
            SnapshotId=one["SnapshotId"], Attribute="createVolumePermission"
        )
        users = {each.get("UserId") for each in said["CreateVolumePermissions"]}
        assert mule_account not in users, (
            f"{one['SnapshotId']} is still shared with the intruder's account {mule_account}."
        )


@check(Phase.RECOVER, points=5, needs="suppression_is_gone")
def attacks_are_found(
    replay, world, account_id, next_thief, next_thief_elsewhere, false_tester, next_bot
):
    """Whatever the next intruder tries is found, and not archived before anybody has read it."""
    detector_of(world, account_id)
    cast = {
        "next_thief": next_thief,
        "next_thief_elsewhere": next_thief_elsewhere,
        "false_tester": false_tester,
        "next_bot": next_bot,
    }
    for whose, kind, found in expected(replay(attack_again), cast):
        assert found is not None, (
            f"GuardDuty finds nothing of {whose}: no {kind} came up. A trusted list silences more "
            "than a filter does."
        )
        assert not found["service"]["archived"], (
            f"A finding of {whose} is archived as it comes up: {kind}. Some filter fits more than "
            "the penetration test."
        )


@check(Phase.RECOVER, points=5, needs="suppression_is_gone")
def soc_is_told(replay):
    """Every finding of severity 7 or more of the next intruder's reaches the SOC's queue."""
    done = replay(attack_again)
    new = (done.returned or {}).get("new", {})
    high = [one for one in new.values() if one["severity"] >= HIGH]
    pages = (done.returned or {}).get("pages", [])
    assert pages, "Nothing reaches the SOC's queue, whatever GuardDuty finds."
    for one in high:
        words = (one["id"], one["title"])
        assert any(word in page for page in pages for word in words), (
            f"A finding of type {one['type']}, severity {one['severity']:g}, never reaches the SOC: "
            "no message has its id or its title."
        )
    assert high, "Nothing of severity 7 or more is found of the next intruder."


QUIET = ("soc_is_told",)


@check(Phase.RECOVER, points=4, needs=QUIET)
def pentest_pages_nobody(replay):
    """The firm's next test is seen by GuardDuty, and wakes nobody up."""
    done = replay(pentest_again)
    new, pages = (done.returned or {}).get("new", {}), (done.returned or {}).get("pages", [])
    assert not pages, (
        f"The next penetration test pages the SOC {len(pages)} times: the exception for its address "
        "is missing, or fits nothing."
    )
    assert len(new) > 2, (
        "The next penetration test leaves no findings at all: what is trusted is not looked at, "
        "whatever comes from there."
    )


@check(Phase.RECOVER, points=3, needs=QUIET)
def noise_pages_nobody(replay):
    """A colleague's first day in the new office and a bot that guesses page nobody."""
    pages = (replay(day_again).returned or {}).get("pages", [])
    assert not pages, (
        f"An ordinary day pages the SOC {len(pages)} times: what is below severity 7 can wait "
        "until morning."
    )


@check(Phase.RECOVER, points=3, needs=("stolen_key_is_dead", "session_is_dead"))
def automation_works(replay):
    """The security team's automation keeps the threat list and looks at volumes."""
    done = replay(maintain)
    assert done.worked, f"The automation no longer works: {done.error}"


@check(Phase.RECOVER, points=3)
def incident_is_escalated(auditor, worst_findings):
    """In Security Hub, the intruder's findings of severity 7 or more have the workflow status NOTIFIED.

    Reads Security Hub: that somebody was told is a note there, and no call of AWS's.
    """
    try:
        pages = auditor.securityhub.get_paginator("get_findings").paginate(
            Filters={"ProductName": [{"Value": "GuardDuty", "Comparison": "EQUALS"}]}
        )
        known = {one["Id"].rpartition("/")[2]: one for page in pages for one in page["Findings"]}
    except ClientError as refused:
        raise AssertionError("Security Hub is off.") from refused
    for name in worst_findings:
        assert name in known, (
            f"Security Hub doesn't have the intruder's finding {name}. GuardDuty doesn't send it what "
            "is suppressed; what is unarchived arrives some minutes later."
        )
        status = known[name]["Workflow"]["Status"]
        assert status == "NOTIFIED", (
            f"In Security Hub the intruder's finding {name} has the workflow status {status}: nobody "
            "noted that somebody was told."
        )
        assert known[name]["RecordState"] == "ACTIVE", (
            f"In Security Hub the intruder's finding {name} is archived, and so on nobody's list."
        )


def blind_again(finder, world, account_id, list_bucket):
    """With the automation's present credentials: every way to make GuardDuty look away."""
    guardduty, kept = finder.guardduty, detector_of(world, account_id)
    detector, everything = kept.id, {"Criterion": {"severity": {"Gte": 1}}}
    yield lambda: guardduty.create_filter(
        DetectorId=detector, Name="all-quiet", Action="ARCHIVE", FindingCriteria=everything
    )
    for name in kept.filters:
        yield lambda name=name: guardduty.update_filter(
            DetectorId=detector, FilterName=name, FindingCriteria=everything
        )
    for name in kept.trusted:
        yield lambda name=name: guardduty.update_ip_set(
            DetectorId=detector, IpSetId=name, Activate=True
        )
    yield lambda: guardduty.create_ip_set(
        DetectorId=detector,
        Name="all-quiet",
        Format="TXT",
        Location=f"s3://{list_bucket}/{THREATS}",
        Activate=False,
    )
    yield lambda: finder.s3.put_object(Bucket=list_bucket, Key=TRUSTED, Body=b"0.0.0.0/1\n")
    yield lambda: guardduty.archive_findings(
        DetectorId=detector, FindingIds=sorted(kept.findings)[:1]
    )
    yield lambda: guardduty.update_detector(DetectorId=detector, Enable=False)
    yield lambda: guardduty.delete_detector(DetectorId=detector)


@check(Phase.LEARN, points=3, needs=("attacks_are_found", "pentest_pages_nobody"))
def exception_ends(replay):
    """After the pentest's end nothing that comes from its address is suppressed any more."""
    done = replay(firm_is_gone)
    new, pages = (done.returned or {}).get("new", {}), (done.returned or {}).get("pages", [])
    assert new, "After the pentest's end, nothing is found of who calls from its address."
    hidden = [one["type"] for one in new.values() if one["service"]["archived"]]
    assert not hidden, (
        f"After the pentest's end, who calls from its address is still suppressed: {hidden[0]}. An "
        "exception needs an end."
    )
    high = [one for one in new.values() if one["severity"] >= HIGH]
    for one in high:
        words = (one["id"], one["title"])
        assert any(word in page for page in pages for word in words), (
            "After the pentest's end, the SOC is still not told of what comes from its address. An "
            "exception needs an end."
        )


@check(Phase.LEARN, points=4, needs="automation_works")
def next_leak_blinds_nobody(replay):
    """Whoever finds the automation's next key can't make GuardDuty look away."""
    done = replay(blind_again)
    assert not done.allowed, (
        f"With the automation's present credentials GuardDuty can be made to look away: {done.allowed}."
    )
