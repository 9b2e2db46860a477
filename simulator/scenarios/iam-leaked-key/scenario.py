"""A CI key in a Git commit: a rogue user, a federation token, a hop into a role, a theft."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from string import Template

from simulator.scenario import Actor, Phase, Routine, Scenario, check
from simulator.services.web_identity import issue_token

HERE = Path(__file__).parent


def policy(name, **values):
    """A document of policies/ with its $names filled in."""
    return Template((HERE / "policies" / f"{name}.json").read_text()).substitute(values)


# --- the cast -----------------------------------------------------------------------------------


def pipeline_keys(settings, world, outsider, account_id):
    """What the pipeline is configured with: an access key, or a role taken through OIDC."""
    ci = settings["ci"]
    if not ci.get("role_to_assume"):
        return {"AccessKeyId": ci["access_key_id"], "SecretAccessKey": ci["secret_access_key"]}
    token = issue_token(world, ci["issuer"], ci["subject"], "sts.amazonaws.com")
    return outsider.sts.assume_role_with_web_identity(
        RoleArn=ci["role_to_assume"], RoleSessionName="deploy", WebIdentityToken=token
    )["Credentials"]


def docs_keys(docs_role_arn, world, outsider, issuer):
    """The documentation's pipeline takes its role through OIDC."""
    token = issue_token(world, issuer, "project:docs:main", "sts.amazonaws.com")
    return outsider.sts.assume_role_with_web_identity(
        RoleArn=docs_role_arn, RoleSessionName="docs", WebIdentityToken=token
    )["Credentials"]


def export_keys(analyst, export_role_arn):
    """The analyst takes the export role anew for every report."""
    return analyst.sts.assume_role(RoleArn=export_role_arn, RoleSessionName="monthly-report")[
        "Credentials"
    ]


def thief_agent(chance):
    """Tools that thieves use, and that honest people use as well."""
    return chance.choice(
        [
            "aws-cli/1.22.34 Python/3.10.12 Linux/6.5.0-kali3-amd64 botocore/1.23.34",
            "aws-cli/2.15.30 Python/3.11.8 Linux/6.8.0-31-generic exe/x86_64.ubuntu.24",
            "Boto3/1.34.84 md/Botocore#1.34.84 ua/2.0 os/linux#5.15.0 md/arch#x86_64 lang/python#3.11.2",
        ]
    )


RUNNER = "aws-cli/2.17.51 md/awscrt#0.21.2 ua/2.0 os/linux#6.5.0-1025 md/arch#x86_64 exec-env/CI"
LAPTOP = "aws-cli/2.17.62 md/awscrt#0.21.2 ua/2.0 os/macos#23.6.0 md/arch#arm64 lang/python#3.12.6"
SCRIPT = "Boto3/1.35.10 md/Botocore#1.35.10 ua/2.0 os/linux#6.1.0 md/arch#x86_64 lang/python#3.11.9"

scenario = Scenario(
    title="The key in the commit",
    pillar="Identity and access management",
    severity="high",
    difficulty=2,
    minutes=60,
    attack=("T1552.001", "T1078.004", "T1087.004", "T1136.003", "T1550.001", "T1530"),
    controls=("1.14", "IAM.3", "IAM.8"),
    principals={
        "ci_runner": Actor(pipeline_keys, "ci runners", RUNNER),
        "docs_runner": Actor(docs_keys, "ci runners", RUNNER),
        "developer": Actor("developer_key", "head office", LAPTOP),
        "analyst": Actor("analyst_key", "head office", SCRIPT),
        "exporter": Actor(export_keys, "head office", SCRIPT),
        "outsider": Actor(None, "ci runners", RUNNER),
        "thief": Actor("ci_key", "hosting", thief_agent, hostile=True),
        "ghost": Actor("rogue_key", "hosting", thief_agent, hostile=True),
        "hopper": Actor("hopped", "hosting", thief_agent, hostile=True),
        "federated": Actor("federation", "hosting", thief_agent, hostile=True),
        "thief_elsewhere": Actor("ci_key", "vpn exit", thief_agent, hostile=True),
        "ghost_elsewhere": Actor("rogue_key", "vpn exit", thief_agent, hostile=True),
        "hopper_elsewhere": Actor("hopped", "vpn exit", thief_agent, hostile=True),
        "federated_elsewhere": Actor("federation", "vpn exit", thief_agent, hostile=True),
    },
    built=timedelta(days=14),
    injected=(timedelta(days=2), timedelta(days=4)),
    attacked=(timedelta(hours=3), timedelta(hours=9)),
    findings={
        "key": "the access key id that leaked",
        "principals": "ARNs of every principal the thief used or made, sessions included",
        "taken": "keys of every object that the thief read",
        "evidence": "eventIDs from CloudTrail that prove what the thief made and read",
    },
    fidelity=(
        "IAM, STS, S3 and CloudTrail behave as on AWS. Changes to IAM take effect at once; on AWS "
        "they take some seconds. There is no console."
    ),
)


# --- baseline and mistake -----------------------------------------------------------------------


def baseline(admin, rng, fake, account_id, settings):
    """The company as it should be, but for a long-lived key in its pipeline."""
    company = fake.unique.last_name().lower()
    suffix = f"{rng.randrange(16**4):04x}"
    names = {
        "company": company.capitalize(),
        "site_bucket": f"{company}-site-{suffix}",
        "docs_bucket": f"{company}-docs-{suffix}",
        "export_bucket": f"{company}-customer-exports-{suffix}",
        "audit_bucket": f"{company}-audit-{suffix}",
        "results_bucket": f"{company}-athena-results-{suffix}",
        "ci_user": rng.choice(["ci-deploy", "build-bot", "pipeline", "deployer", "release-bot"]),
        "export_role": rng.choice(["data-export", "customer-reporting", "warehouse-export"]),
        "issuer": f"ci.{company}.example",
        "product": fake.word().lower(),
    }
    people = {
        "developer_user": f"{fake.unique.first_name().lower()}.{fake.unique.last_name().lower()}",
        "analyst_user": f"{fake.unique.first_name().lower()}.{fake.unique.last_name().lower()}",
    }
    names |= people
    for bucket in (
        "site_bucket",
        "docs_bucket",
        "export_bucket",
        "audit_bucket",
        "results_bucket",
    ):
        admin.s3.create_bucket(Bucket=names[bucket])
    admin.s3.put_bucket_versioning(
        Bucket=names["site_bucket"], VersioningConfiguration={"Status": "Enabled"}
    )
    start_trail(admin, names, account_id)
    objects = upload_exports(admin, names["export_bucket"], rng, fake)
    keys = make_people(admin, names, account_id)
    admin.pause(minutes=rng.uniform(20, 90))
    role = admin.iam.create_role(
        RoleName=names["export_role"],
        AssumeRolePolicyDocument=policy("trust-account", account=account_id),
        MaxSessionDuration=43200,
        Description="Reads customer exports for the monthly report",
    )["Role"]
    admin.iam.put_role_policy(
        RoleName=names["export_role"],
        PolicyName="read-exports",
        PolicyDocument=policy("read-exports", bucket=names["export_bucket"]),
    )
    docs_role = make_docs_pipeline(admin, names, account_id)
    admin.pause(minutes=rng.uniform(20, 90))
    admin.iam.create_user(UserName=names["ci_user"], Path="/automation/")
    admin.iam.put_user_policy(
        UserName=names["ci_user"],
        PolicyName="deploy-site",
        PolicyDocument=policy("deploy-site", bucket=names["site_bucket"]),
    )
    ci_key = admin.iam.create_access_key(UserName=names["ci_user"])["AccessKey"]
    settings["ci"] = {
        "access_key_id": ci_key["AccessKeyId"],
        "secret_access_key": ci_key["SecretAccessKey"],
        "role_to_assume": "",
        "issuer": names["issuer"],
        "subject": "project:site:main",
    }
    return {
        **names,
        **keys,
        "ci_key": ci_key,
        "leaked_key_id": ci_key["AccessKeyId"],
        "ci_user_arn": f"arn:aws:iam::{account_id}:user/automation/{names['ci_user']}",
        "export_role_arn": role["Arn"],
        "docs_role_arn": docs_role["Arn"],
        "objects": objects,
    }


def start_trail(admin, names, account_id):
    """A trail of the whole account, with data events of the exports alone; where to query it."""
    bucket = names["audit_bucket"]
    admin.s3.put_bucket_policy(
        Bucket=bucket, Policy=policy("trail-bucket", bucket=bucket, account=account_id)
    )
    group = f"arn:aws:logs:us-east-1:{account_id}:log-group:audit"
    admin.logs.create_log_group(logGroupName="audit")
    role = admin.iam.create_role(
        RoleName="trail-to-logs",
        AssumeRolePolicyDocument=policy("trust-service", service="cloudtrail.amazonaws.com"),
    )["Role"]
    admin.iam.put_role_policy(
        RoleName="trail-to-logs",
        PolicyName="write-stream",
        PolicyDocument=policy("write-stream", group=group, account=account_id),
    )
    admin.cloudtrail.create_trail(
        Name="audit",
        S3BucketName=bucket,
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
        CloudWatchLogsLogGroupArn=f"{group}:*",
        CloudWatchLogsRoleArn=role["Arn"],
    )
    admin.cloudtrail.put_event_selectors(
        TrailName="audit",
        EventSelectors=[
            {
                "ReadWriteType": "All",
                "IncludeManagementEvents": True,
                "DataResources": [
                    {
                        "Type": "AWS::S3::Object",
                        "Values": [f"arn:aws:s3:::{names['export_bucket']}/"],
                    }
                ],
            }
        ],
    )
    admin.cloudtrail.start_logging(Name="audit")
    results = f"s3://{names['results_bucket']}/"
    admin.athena.create_work_group(
        Name="incident-response",
        Configuration={"ResultConfiguration": {"OutputLocation": results}},
        Description="Where the security team queries the trail's log files",
    )


def upload_exports(admin, bucket, rng, fake):
    """Some months of customers' data."""
    objects = []
    for month in sorted(rng.sample(range(1, 13), 6)):
        key = f"2026/{month:02d}/customers.csv"
        rows = [f"{fake.name()},{fake.email()},{fake.phone_number()}" for _ in range(20)]
        body = "\n".join(["name,email,phone", *rows])
        admin.s3.put_object(Bucket=bucket, Key=key, Body=body.encode())
        objects.append(key)
    return objects


def make_people(admin, names, account_id):
    """A developer and an analyst, each in a group."""
    admin.iam.create_group(GroupName="engineering")
    admin.iam.put_group_policy(
        GroupName="engineering",
        PolicyName="engineering",
        PolicyDocument=policy("engineering", bucket=names["site_bucket"]),
    )
    admin.iam.create_group(GroupName="analytics")
    role = f"arn:aws:iam::{account_id}:role/{names['export_role']}"
    admin.iam.put_group_policy(
        GroupName="analytics",
        PolicyName="take-export-role",
        PolicyDocument=policy("take-role", role=role),
    )
    keys = {}
    for person, group in (("developer", "engineering"), ("analyst", "analytics")):
        name = names[f"{person}_user"]
        admin.iam.create_user(UserName=name, Path="/people/")
        admin.iam.add_user_to_group(GroupName=group, UserName=name)
        keys[f"{person}_key"] = admin.iam.create_access_key(UserName=name)["AccessKey"]
    return keys


def make_docs_pipeline(admin, names, account_id):
    """The documentation's pipeline already uses OIDC: a model for the other one."""
    provider = admin.iam.create_open_id_connect_provider(
        Url=f"https://{names['issuer']}",
        ClientIDList=["sts.amazonaws.com"],
        ThumbprintList=["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"],
    )["OpenIDConnectProviderArn"]
    trust = policy(
        "trust-oidc", provider=provider, issuer=names["issuer"], subject="project:docs:main"
    )
    role = admin.iam.create_role(RoleName="docs-publisher", AssumeRolePolicyDocument=trust)["Role"]
    admin.iam.put_role_policy(
        RoleName="docs-publisher",
        PolicyName="publish",
        PolicyDocument=policy("deploy-site", bucket=names["docs_bucket"]),
    )
    return role


def inject(
    *,
    admin,
    rng,
    fake,
    now,
    account_id,
    ci_user,
    ci_key,
    site_bucket,
    audit_bucket,
    developer_user,
    product,
):
    """Somebody gives the pipeline more rights for an afternoon, and its key goes into Git."""
    admin.iam.put_user_policy(
        UserName=ci_user,
        PolicyName=rng.choice(["temporary-provisioning", "tmp-onboarding", "provisioning-spike"]),
        PolicyDocument=policy("provisioning"),
    )
    decoy = rng.choice(["svc-metrics", "svc-uptime", "svc-newsletter"])
    admin.pause(hours=rng.uniform(1, 5))
    admin.iam.create_user(UserName=decoy, Path="/automation/")
    admin.iam.create_access_key(UserName=decoy)
    leaked = rng.choice(["scripts/deploy.sh", "infra/ci.env", "tools/publish.py"])
    return {
        "decoy_user": decoy,
        "leak_path": leaked,
        "files": {
            **repository(leaked, ci_key, site_bucket, developer_user, now(), product, fake),
            **runbook(audit_bucket=audit_bucket, account_id=account_id),
        },
    }


def runbook(**names):
    """What the security team has at hand: the table of the trail's log files."""
    return {
        f"runbook/{path.name}": Template(path.read_text()).substitute(names)
        for path in sorted((HERE / "runbook").glob("*.sql"))
    }


def repository(leaked, key, bucket, author, when, product, fake):
    """The company's repository: the tree as it is, and its history as `git log -p` shows it."""
    secret = (
        f"AWS_ACCESS_KEY_ID={key['AccessKeyId']}\nAWS_SECRET_ACCESS_KEY={key['SecretAccessKey']}"
    )
    clean = f'# {leaked}\naws s3 sync ./public "s3://{bucket}/" --delete'
    first, second = (fake.sha1() for _ in range(2))
    stamps = [f"{each:%a %b %d %H:%M:%S %Y} +0000" for each in (when, when + timedelta(minutes=41))]

    def commit(sha, stamp, message, removed, added):
        lines = [f"-{line}" for line in removed.splitlines()]
        lines += [f"+{line}" for line in added.splitlines()]
        return "\n".join(
            [
                f"commit {sha}",
                f"Author: {author}",
                f"Date:   {stamp}",
                "",
                f"    {message}",
                "",
                f"--- a/{leaked}",
                f"+++ b/{leaked}",
                *lines,
                "",
            ]
        )

    history = [
        commit(second, stamps[1], "Clean up after the deploy fix", secret, ""),
        commit(first, stamps[0], "Fix deploy from a fresh checkout", "", secret),
    ]
    return {
        "repository/README.md": f"# {product}\n\nThe public site. `main` is deployed by the pipeline.\n",
        f"repository/{leaked}": clean + "\n",
        "repository/public/index.html": f"<!doctype html><title>{product}</title>\n",
        "repository/git-log-p.txt": "\n".join(history),
    }


# --- what the company does all day --------------------------------------------------------------


def workload(ci_runner, site_bucket):
    """The pipeline deploys the site: new pages up, the manifest read back."""
    ci_runner.sts.get_caller_identity()
    ci_runner.s3.list_objects_v2(Bucket=site_bucket)
    for page in ("index.html", "assets/app.js"):
        ci_runner.s3.put_object(Bucket=site_bucket, Key=page, Body=b"<!doctype html>")
    ci_runner.s3.get_object(Bucket=site_bucket, Key="index.html")


def publish_docs(docs_runner, docs_bucket):
    """The documentation's pipeline publishes through its OIDC role."""
    docs_runner.s3.put_object(Bucket=docs_bucket, Key="index.html", Body=b"docs")
    docs_runner.s3.list_objects_v2(Bucket=docs_bucket)


def report(exporter, export_bucket, objects):
    """The analyst takes the export role and reads the customers' data for a report."""
    exporter.sts.get_caller_identity()
    exporter.s3.list_objects_v2(Bucket=export_bucket)
    for key in objects[:2]:
        exporter.s3.get_object(Bucket=export_bucket, Key=key)


def develop(developer, rng, site_bucket, ci_user):
    """A developer's day: looks around, reads what is deployed, is refused now and then."""
    developer.sts.get_caller_identity()
    developer.s3.list_buckets()
    developer.s3.list_objects_v2(Bucket=site_bucket)
    developer.pause(minutes=rng.uniform(2, 15))
    developer.iam.list_users()
    if rng.random() < 0.5:
        developer.iam.get_user(UserName=ci_user)
        developer.iam.list_access_keys(UserName=ci_user)
    developer.cloudtrail.lookup_events(MaxResults=20)


def analyse(analyst, rng):
    """An analyst's morning: who am I, and something that analysts may not do."""
    analyst.sts.get_caller_identity()
    if rng.random() < 0.6:
        analyst.s3.list_buckets()


routines = (
    Routine(workload, every=timedelta(hours=15), since=timedelta(days=13)),
    Routine(publish_docs, every=timedelta(days=3), since=timedelta(days=12)),
    Routine(report, every=timedelta(days=2.2), since=timedelta(days=12), jitter=0.3),
    Routine(develop, every=timedelta(days=1.4), since=timedelta(days=13), jitter=0.3),
    Routine(analyse, every=timedelta(days=1.6), since=timedelta(days=13), jitter=0.3),
)


# --- the adversary ------------------------------------------------------------------------------


def look_around(thief):
    """The thief finds out whose key it is and what there is."""
    thief.iam.list_users()
    thief.iam.list_roles()
    thief.s3.list_buckets()


def plant(thief, rng):
    """A user that looks like one of the company's own, with a key and every right."""
    name = rng.choice(["svc-backup", "svc-monitoring", "svc-inventory", "aws-support-sync"])
    user = thief.iam.create_user(UserName=name, Path="/automation/")["User"]
    thief.iam.attach_user_policy(
        UserName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
    )
    key = thief.iam.create_access_key(UserName=name)["AccessKey"]
    return {"rogue_user": name, "rogue_arn": user["Arn"], "rogue_key": key}


def federate(thief, rng):
    """A token that outlives the key: 36 hours, with all that the user may do."""
    everything = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
    answer = thief.sts.get_federation_token(
        Name=rng.choice(["sync", "backup", "console", "support"]),
        Policy=json.dumps(everything),
        DurationSeconds=129600,
    )
    return {"federation": answer["Credentials"], "federated_arn": answer["FederatedUser"]["Arn"]}


def hop(thief, rng, export_role_arn):
    """Into the role that reads customers' data."""
    answer = thief.sts.assume_role(
        RoleArn=export_role_arn,
        RoleSessionName=rng.choice(["monthly-report", "export", "session", "botocore-session"]),
        DurationSeconds=43200,
    )
    return {"hopped": answer["Credentials"], "hopper_arn": answer["AssumedRoleUser"]["Arn"]}


def steal(hopper, rng, export_bucket, objects):
    """A look at every export's size; some are taken."""
    hopper.s3.list_objects_v2(Bucket=export_bucket)
    loot = set(rng.sample(objects, rng.randint(3, 5)))
    for key in objects:
        hopper.s3.head_object(Bucket=export_bucket, Key=key)
        if key in loot:
            hopper.s3.get_object(Bucket=export_bucket, Key=key)
    return {"loot": sorted(loot)}


def try_token(federated):
    """The token works."""
    federated.s3.list_buckets()


def haunt(ghost):
    """The rogue user tries its key."""
    ghost.iam.list_users()
    ghost.s3.list_buckets()


def detonate(thief, hopper, rng, perform):
    """The thief's night: look around, plant, federate, hop, steal, try the backdoor."""
    thief.sts.get_caller_identity()
    perform(look_around)
    thief.pause(minutes=rng.uniform(5, 25))
    steps = [plant, federate, hop]
    rng.shuffle(steps)
    for step in steps:
        perform(step)
        thief.pause(minutes=rng.uniform(3, 20))
    perform(steal)
    hopper.pause(minutes=rng.uniform(5, 20))
    perform(try_token)
    perform(haunt)


def prowl(thief, hopper, federated, ghost, export_bucket, loot, rng):
    """The thief comes back with everything that it has."""
    yield thief.s3.list_buckets
    yield lambda: hopper.s3.get_object(Bucket=export_bucket, Key=rng.choice(loot))
    yield federated.s3.list_buckets
    yield ghost.iam.list_users


# --- the same again, from anywhere: every step is tried, whatever became of the one before --------


def key_again(thief_elsewhere, export_role_arn, site_bucket):
    """All that the stolen key could do."""
    iam, s3, sts = thief_elsewhere.iam, thief_elsewhere.s3, thief_elsewhere.sts
    yield iam.list_users
    yield lambda: iam.create_user(UserName="again")
    yield s3.list_buckets
    yield lambda: s3.put_object(Bucket=site_bucket, Key="index.html", Body=b"defaced")
    yield lambda: sts.get_federation_token(Name="again")
    yield lambda: sts.assume_role(RoleArn=export_role_arn, RoleSessionName="again")


def token_again(federated_elsewhere, site_bucket):
    """All that the federation token could do."""
    s3 = federated_elsewhere.s3
    yield s3.list_buckets
    yield lambda: s3.list_objects_v2(Bucket=site_bucket)
    yield lambda: s3.put_object(Bucket=site_bucket, Key="index.html", Body=b"defaced")


def session_again(hopper_elsewhere, export_bucket, objects):
    """All that the role session could do."""
    s3 = hopper_elsewhere.s3
    yield lambda: s3.list_objects_v2(Bucket=export_bucket)
    yield lambda: s3.get_object(Bucket=export_bucket, Key=objects[0])


def rogue_again(ghost_elsewhere, export_role_arn, export_bucket):
    """What the rogue user could do: anything."""
    iam, s3, sts = ghost_elsewhere.iam, ghost_elsewhere.s3, ghost_elsewhere.sts
    yield iam.list_users
    yield lambda: s3.list_objects_v2(Bucket=export_bucket)
    yield lambda: sts.assume_role(RoleArn=export_role_arn, RoleSessionName="again")


def next_leak(ci_runner, export_role_arn, export_bucket):
    """What the thief did, with the credentials that the pipeline has now."""
    iam, s3, sts = ci_runner.iam, ci_runner.s3, ci_runner.sts
    yield lambda: iam.create_user(UserName="again")
    yield iam.list_users
    yield lambda: sts.get_federation_token(Name="again")
    yield lambda: sts.assume_role(RoleArn=export_role_arn, RoleSessionName="again")
    yield lambda: s3.list_objects_v2(Bucket=export_bucket)


# --- the checks ---------------------------------------------------------------------------------


@check(Phase.DETECT, points=3)
def names_the_key(submitted, leaked_key_id):
    """You named the access key that leaked."""
    assert submitted.key == leaked_key_id, (
        f"{submitted.key} is not the key that leaked. Look for a key id in the repository's history, "
        "and for a key that is used from two very different places."
    )


@check(Phase.DETECT, points=4)
def names_every_principal(submitted, ci_user_arn, rogue_arn, federated_arn, hopper_arn):
    """You named every principal that the thief used or made, and nobody else."""
    named = set(
        submitted.principals
        if not isinstance(submitted.principals, str)
        else [submitted.principals]
    )
    guilty = {ci_user_arn, rogue_arn, federated_arn, hopper_arn}
    wrong, missing = sorted(named - guilty), len(guilty - named)
    assert not wrong, f"{wrong[0]} did nothing wrong: an accusation needs evidence."
    assert not missing, (
        f"{missing} of the 4 principals that the thief used or made are not named yet."
    )


@check(Phase.DETECT, points=4)
def evidence_holds(submitted, records, thieves):
    """Your evidence proves the rogue user, the federation token, the role session and the theft."""
    ids = [submitted.evidence] if isinstance(submitted.evidence, str) else submitted.evidence
    events = [record for record in records if record["eventID"] in set(ids)]
    innocent = [event for event in events if event["sourceIPAddress"] not in thieves]
    assert len(innocent) * 10 <= len(events), (
        f"{len(innocent)} of your {len(events)} events are the company's ordinary work: evidence "
        "points at the thief alone."
    )
    proved = {event["eventName"] for event in events if event not in innocent}
    for name, what in (
        ("CreateUser", "that the thief made a user"),
        ("GetFederationToken", "that the thief minted a federation token"),
        ("AssumeRole", "that the thief took a role"),
        ("GetObject", "that the thief read customers' data: look in the trail's log files"),
    ):
        assert name in proved, f"No event that you submitted proves {what}."


@check(Phase.DETECT, points=4)
def names_what_was_taken(submitted, records, thieves, export_bucket):
    """You named every object that the thief read, and none that it did not."""
    named = {submitted.taken} if isinstance(submitted.taken, str) else set(submitted.taken)
    named = {key.removeprefix(f"s3://{export_bucket}/") for key in named}
    read = {
        record["requestParameters"]["key"]
        for record in records
        if record["eventName"] == "GetObject"
        and record["sourceIPAddress"] in thieves
        and record["requestParameters"]["bucketName"] == export_bucket
        and "errorCode" not in record
    }
    wrong, missing = sorted(named - read), len(read - named)
    assert not wrong, (
        f"The thief did not read {wrong[0]}: listing an object, or asking for its size, is not reading "
        "it, and the analyst reads some for the report."
    )
    assert not missing, f"{missing} of the {len(read)} objects that the thief read are not named."


@check(Phase.CONTAIN, points=4)
def stolen_key_is_dead(replay):
    """The stolen key can do nothing any more."""
    open_ways = replay(key_again).allowed
    assert not open_ways, f"The stolen key still works from a new address: {open_ways}."


@check(Phase.CONTAIN, points=4)
def federation_token_is_dead(replay):
    """The federation token that the thief minted can do nothing any more."""
    open_ways = replay(token_again).allowed
    assert not open_ways, (
        f"The federation token minted before your fix still works: {open_ways}. It doesn't need the key."
    )


@check(Phase.CONTAIN, points=4)
def role_session_is_dead(replay):
    """The role session that the thief holds can do nothing any more."""
    open_ways = replay(session_again).allowed
    assert not open_ways, (
        f"The role session minted before your fix still reads customers' data: {open_ways}."
    )


@check(Phase.CONTAIN, points=3)
def rogue_key_is_dead(replay):
    """The rogue user's key can do nothing any more."""
    open_ways = replay(rogue_again).allowed
    assert not open_ways, f"The rogue user's key still works: {open_ways}."


@check(Phase.ERADICATE, points=4)
def nothing_is_left_behind(auditor, rogue_user):
    """Nothing that the thief made is left in the account.

    Reads the list of users: a user whose key is off does nothing that a replay could show, and
    is one UpdateAccessKey away from being back.
    """
    users = [
        user["UserName"]
        for page in auditor.iam.get_paginator("list_users").paginate()
        for user in page["Users"]
    ]
    assert rogue_user not in users, f"The user {rogue_user}, which the thief made, is still there."


@check(Phase.RECOVER, points=4, needs="stolen_key_is_dead")
def pipeline_deploys(replay):
    """The pipeline deploys the site, without the stolen key."""
    deployed = replay(workload)
    assert deployed.worked, f"The pipeline no longer deploys: {deployed.error}"


@check(Phase.RECOVER, points=3, needs="role_session_is_dead")
def reports_are_written(replay):
    """The analyst still takes the export role and reads the data, and the docs are published."""
    for act, what in (
        (report, "The analyst's report no longer works"),
        (publish_docs, "The docs are no longer published"),
    ):
        done = replay(act)
        assert done.worked, f"{what}: {done.error}"


@check(Phase.LEARN, points=4, needs="pipeline_deploys")
def next_leak_is_harmless(replay):
    """Were the pipeline's present credentials stolen too, they would open nothing but the site."""
    open_ways = replay(next_leak).allowed
    assert not open_ways, (
        f"With the pipeline's present credentials a thief could again: {open_ways}."
    )
