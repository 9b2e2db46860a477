"""A CI key in a Git commit: what is minted with it, hidden behind it, and carried off through it.

The course differs by seed. A federation token and a hop into a role are always part of it; one or two
of five footholds, one of three ways of taking customers' data, and two of three decoys are drawn.
"""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from string import Template

from botocore.exceptions import ClientError

from simulator.gateway.errors import AwsError
from simulator.grading.leftovers import leftovers
from simulator.grading.preserved import destroyed_unseen
from simulator.scenario import Actor, Phase, Routine, Scenario, check, way
from simulator.services.web_identity import issue_token

HERE = Path(__file__).parent
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


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


def operations_keys(developer, operations_role_arn, developer_user):
    """A developer takes the operations role, under the developer's own name."""
    return developer.sts.assume_role(RoleArn=operations_role_arn, RoleSessionName=developer_user)[
        "Credentials"
    ]


def lodger_keys(foreigner, operations_role_arn, lodger_name):
    """The thief takes the role that trusts its account, anew."""
    return foreigner.sts.assume_role(RoleArn=operations_role_arn, RoleSessionName=lodger_name)[
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
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15"
)


def adversary(keys, network, agent=thief_agent):
    """One of the thief's ways to call."""
    return Actor(keys, network, agent, hostile=True)


scenario = Scenario(
    title="The key in the commit",
    pillar="Identity and access management",
    severity="high",
    difficulty=3,
    minutes=75,
    attack=(
        "T1552.001",
        "T1078.004",
        "T1087.004",
        "T1136.003",
        "T1098.001",
        "T1098.003",
        "T1546",
        "T1550.001",
        "T1530",
        "T1537",
    ),
    controls=("1.14", "IAM.3", "IAM.8"),
    principals={
        "ci_runner": Actor(pipeline_keys, "ci runners", RUNNER),
        "docs_runner": Actor(docs_keys, "ci runners", RUNNER),
        "developer": Actor("developer_key", "head office", LAPTOP),
        "operator": Actor(operations_keys, "head office", LAPTOP),
        "analyst": Actor("analyst_key", "head office", SCRIPT),
        "exporter": Actor(export_keys, "head office", SCRIPT),
        "traveller": Actor(None, "hotel", SAFARI),
        "outsider": Actor(None, "ci runners", RUNNER),
        "thief": adversary("ci_key", "hosting"),
        "federated": adversary("federation", "hosting"),
        "hopper": adversary("hopped", "hosting"),
        "fetcher": adversary(None, "homes", BROWSER),
        "foreigner": adversary("foreign_key", "vps"),
        "lodger": adversary(lodger_keys, "vps"),
        "squatter": adversary("lodged", "vps"),
        "ghost": adversary("rogue_key", "hosting"),
        "twin": adversary("planted_key", "vpn exit"),
        "intruder": adversary(None, "vpn exit", BROWSER),
        "lingerer": adversary("console_session", "vpn exit"),
        "heir": adversary("bred_key", "vps"),
        "spare": adversary("spare_key", "vpn exit"),
        "thief_elsewhere": adversary("ci_key", "vpn exit"),
        "federated_elsewhere": adversary("federation", "vpn exit"),
        "hopper_elsewhere": adversary("hopped", "vpn exit"),
        "ghost_elsewhere": adversary("rogue_key", "vpn exit"),
    },
    built=timedelta(days=8),
    injected=(timedelta(days=2), timedelta(days=4)),
    attacked=(timedelta(hours=3), timedelta(hours=5)),
    findings={
        "key": "the access key id that leaked",
        "principals": "ARNs of every principal in this account that the thief used or made, "
        "sessions included",
        "taken": "keys of every object that the thief read",
        "people": "how many different customers are in those objects",
        "evidence": "eventIDs from CloudTrail that prove what the thief made and read",
    },
    accuses={"principals": "guilty"},
    cause=(
        "The site's pipeline signed in with a long-lived access key, which was committed to Git in "
        "${leak_path}. Its user ${ci_user} had been given more rights for an afternoon, to make users, "
        "keys, passwords, functions and trusts, and nobody had taken them away again."
    ),
    fidelity=(
        "IAM, STS, S3, Lambda's and EventBridge's permissions and CloudTrail behave as on AWS. What a "
        "function's code does is known to the simulator; the package can't be downloaded. Changes to "
        "IAM take effect at once; on AWS they take some seconds. There is no console to click in."
    ),
)


# --- the company, but for a long-lived key in its pipeline ------------------------------------------


def baseline(perform, admin, rng, fake, account_id, settings):
    """Two pipelines, an export for reports, people, a function; an old user with every right."""
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
        "operations_role": rng.choice(["operations", "platform-ops", "infrastructure"]),
        "dormant_user": rng.choice(["bootstrap", "terraform-init", "setup-admin", "migration"]),
        "janitor": rng.choice(["bucket-cleanup", "bucket-janitor", "tag-keeper"]),
        "issuer": f"ci.{company}.example",
        "product": fake.word().lower(),
        "developer_user": f"{fake.unique.first_name().lower()}.{fake.unique.last_name().lower()}",
        "analyst_user": f"{fake.unique.first_name().lower()}.{fake.unique.last_name().lower()}",
    }
    for bucket in (each for each in names if each.endswith("_bucket")):
        admin.s3.create_bucket(Bucket=names[bucket])
    admin.s3.put_bucket_versioning(
        Bucket=names["site_bucket"], VersioningConfiguration={"Status": "Enabled"}
    )
    start_trail(admin, names, account_id)
    perform(lambda: names)
    perform(upload_exports)
    perform(make_roles)
    perform(make_people)
    perform(deploy_the_janitor)
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
        "ci_key": ci_key,
        "leaked_key_id": ci_key["AccessKeyId"],
        "ci_user_arn": f"arn:aws:iam::{account_id}:user/automation/{names['ci_user']}",
        "docs_role_arn": docs_role["Arn"],
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


COLUMNS = "customer_id,name,email,phone,date_of_birth,national_id,card_number"


def customer(number, fake):
    """A row of an export. Its id-like number is of a kind that nobody is ever given."""
    first, last = fake.first_name(), fake.last_name()
    return ",".join(
        [
            f"C{number:05d}",
            f"{first} {last}",
            f"{first}.{last}{number % 100}@{fake.safe_domain_name()}".lower(),
            fake.numerify("(###) 555-01##"),
            f"{fake.date_of_birth(minimum_age=18, maximum_age=85)}",
            fake.ssn(taxpayer_identification_number_type="INVALID_SSN"),
            fake.credit_card_number("visa16"),
        ]
    )


def upload_exports(admin, export_bucket, rng, fake):
    """Some months of customers' data. Many buy in more than one month, some twice in one."""
    numbers = sorted(rng.sample(range(10_000, 99_999), rng.randint(60, 90)))
    rows = {number: customer(number, fake) for number in numbers}
    customers = {}
    for month in sorted(rng.sample(range(1, 13), 6)):
        key = f"2026/{month:02d}/customers.csv"
        bought = rng.sample(numbers, rng.randint(18, 30))
        bought += rng.sample(bought, rng.randint(1, 4))
        body = "\n".join([COLUMNS, *(rows[number] for number in bought)])
        admin.s3.put_object(Bucket=export_bucket, Key=key, Body=body.encode())
        customers[key] = sorted(set(bought))
    return {"objects": sorted(customers), "customers": customers}


def make_roles(admin, account_id, export_role, operations_role, export_bucket):
    """One for the monthly report, one for whoever runs the account."""
    arns = {}
    for what, name, about in (
        ("export", export_role, "Reads customer exports for the monthly report"),
        ("operations", operations_role, "For engineering, when something has to be changed"),
    ):
        arns[f"{what}_role_arn"] = admin.iam.create_role(
            RoleName=name,
            AssumeRolePolicyDocument=policy("trust-account", account=account_id),
            MaxSessionDuration=43200,
            Description=about,
        )["Role"]["Arn"]
    admin.iam.put_role_policy(
        RoleName=export_role,
        PolicyName="read-exports",
        PolicyDocument=policy("read-exports", bucket=export_bucket),
    )
    admin.iam.attach_role_policy(RoleName=operations_role, PolicyArn=ADMINISTRATOR)
    return arns


def make_people(
    admin,
    developer_user,
    analyst_user,
    dormant_user,
    site_bucket,
    export_role_arn,
    operations_role_arn,
):
    """A developer and an analyst, each in a group; and the user with which the account was set up."""
    admin.iam.create_user(UserName=dormant_user, Path="/automation/")
    admin.iam.attach_user_policy(UserName=dormant_user, PolicyArn=ADMINISTRATOR)
    admin.iam.create_group(GroupName="engineering")
    admin.iam.put_group_policy(
        GroupName="engineering",
        PolicyName="engineering",
        PolicyDocument=policy("engineering", bucket=site_bucket, operations=operations_role_arn),
    )
    admin.iam.create_group(GroupName="analytics")
    admin.iam.put_group_policy(
        GroupName="analytics",
        PolicyName="take-export-role",
        PolicyDocument=policy("take-role", role=export_role_arn),
    )
    keys = {}
    for person, name, group in (
        ("developer", developer_user, "engineering"),
        ("analyst", analyst_user, "analytics"),
    ):
        admin.iam.create_user(UserName=name, Path="/people/")
        admin.iam.add_user_to_group(GroupName=group, UserName=name)
        keys[f"{person}_key"] = admin.iam.create_access_key(UserName=name)["AccessKey"]
    return keys


def package(source):
    """A function's code as it is deployed."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.py", (2026, 1, 1, 0, 0, 0)), source)
    return held.getvalue()


def deploy(who, name, source, role_arn, rule, schedule):
    """A function that EventBridge starts."""
    functions = who.client("lambda")
    arn = functions.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=role_arn,
        Handler="index.run",
        Code={"ZipFile": package(source)},
    )["FunctionArn"]
    rule_arn = who.events.put_rule(Name=rule, ScheduleExpression=schedule)["RuleArn"]
    who.events.put_targets(Rule=rule, Targets=[{"Id": name, "Arn": arn}])
    functions.add_permission(
        FunctionName=name,
        StatementId="schedule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule_arn,
    )


def deploy_the_janitor(admin, functions, rng, janitor):
    """A job of the company's own, twice a week. Its role may do anything: somebody was in a hurry."""
    role = admin.iam.create_role(
        RoleName=f"{janitor}-role",
        AssumeRolePolicyDocument=policy("trust-service", service="lambda.amazonaws.com"),
    )["Role"]
    admin.iam.attach_role_policy(RoleName=f"{janitor}-role", PolicyArn=ADMINISTRATOR)
    hour = rng.randint(1, 4)
    deploy(admin, janitor, f"# {janitor}", role["Arn"], janitor, f"cron(30 {hour} ? * MON,THU *)")
    functions.equip(janitor, tidy)
    return {"janitor_role": f"{janitor}-role", "janitor_role_arn": role["Arn"]}


def tidy(function):
    """What the company's function does."""
    function.s3.list_buckets()


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
    perform,
    admin,
    rng,
    fake,
    now,
    account_id,
    ci_user,
    ci_key,
    ci_user_arn,
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
    committed = now()
    for decoy in rng.sample([a_service_gets_a_user, a_traveller_signs_in, a_developer_guesses], 2):
        admin.pause(hours=rng.uniform(1, 4))
        perform(decoy)
    leaked = rng.choice(["scripts/deploy.sh", "infra/ci.env", "tools/publish.py"])
    return {
        "guilty": [ci_user_arn],
        "leak_path": leaked,
        "files": {
            **repository(leaked, ci_key, site_bucket, developer_user, committed, product, fake),
            **runbook(audit_bucket=audit_bucket, account_id=account_id),
        },
    }


def a_service_gets_a_user(admin, rng):
    """A colleague makes a user for a service that there is: honest, and it looks like the other."""
    name = rng.choice(["svc-metrics", "svc-uptime", "svc-newsletter"])
    admin.iam.create_user(UserName=name, Path="/automation/")
    admin.iam.create_access_key(UserName=name)
    return {"decoy_user": name}


def a_traveller_signs_in(admin, traveller, rng, analyst_user):
    """The analyst asks for a password for a trip and signs in from a hotel, at the second try."""
    password = f"Trip-{rng.randrange(16**8):08x}!"
    admin.iam.create_login_profile(UserName=analyst_user, Password=password)
    admin.pause(minutes=rng.uniform(20, 90))
    with suppress(ClientError):
        traveller.console_login(analyst_user, password.lower())
    traveller.console_login(analyst_user, password)
    traveller.sts.get_caller_identity()


def a_developer_guesses(developer):
    """A developer has read of federation tokens and tries to get one: refused."""
    with suppress(ClientError):
        developer.sts.get_federation_token(Name="local-test", DurationSeconds=3600)


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


def operate(operator):
    """A developer takes the operations role and looks after the account."""
    operator.iam.list_roles()
    operator.s3.list_buckets()


def develop(developer, rng, site_bucket, ci_user):
    """A developer's day: looks around, reads what is deployed, is refused now and then."""
    developer.sts.get_caller_identity()
    developer.s3.list_objects_v2(Bucket=site_bucket)
    developer.pause(minutes=rng.uniform(2, 15))
    developer.iam.list_users()
    if rng.random() < 0.5:
        developer.iam.get_user(UserName=ci_user)
        developer.iam.list_access_keys(UserName=ci_user)


def analyse(analyst, rng):
    """An analyst's morning: who am I, and something that analysts may not do."""
    analyst.sts.get_caller_identity()
    if rng.random() < 0.6:
        analyst.s3.list_buckets()


routines = (
    Routine(
        workload,
        every=timedelta(hours=30),
        since=timedelta(days=7.2),
        name="the site's deployment",
        pulse=timedelta(hours=0.75),
    ),
    Routine(
        publish_docs,
        every=timedelta(days=2.6),
        since=timedelta(days=7),
        name="the documentation",
        pulse=timedelta(hours=1.5),
    ),
    Routine(
        report,
        every=timedelta(days=1.7),
        since=timedelta(days=7),
        jitter=0.3,
        name="the analyst's report",
        pulse=timedelta(hours=1),
    ),
    Routine(
        operate,
        every=timedelta(days=2.8),
        since=timedelta(days=6.8),
        jitter=0.3,
        name="operations",
        pulse=timedelta(hours=2),
    ),
    Routine(develop, every=timedelta(days=1.5), since=timedelta(days=7.3), jitter=0.3),
    Routine(analyse, every=timedelta(days=1.7), since=timedelta(days=7.3), jitter=0.3),
)


# --- the adversary ------------------------------------------------------------------------------

FOOTHOLDS = ("make_a_user", "add_a_key", "open_a_role", "set_a_password", "deploy_a_function")
THEFTS = ("read_them", "open_the_bucket", "sign_urls")


def course(seed, rng):
    """One or two footholds, and the theft.

    The first foothold and the theft go by the seed's number, so that seeds in a row differ.
    """
    first = FOOTHOLDS[seed % len(FOOTHOLDS)]
    others = [each for each in FOOTHOLDS if each != first]
    footholds = [first, rng.choice(others)] if rng.random() < 0.5 else [first]
    return footholds, THEFTS[seed % len(THEFTS)]


def detonate(thief, world, rng, perform):
    """The thief's night: look around, mint, dig in, take customers' data, try what it has."""
    acts = globals()
    footholds, theft = course(world.seed, rng)
    thief.sts.get_caller_identity()
    perform(look_around)
    thief.pause(minutes=rng.uniform(5, 25))
    minted = [federate, hop, *(acts[each] for each in footholds)]
    rng.shuffle(minted)
    for step in minted:
        perform(step)
        thief.pause(minutes=rng.uniform(3, 15))
    perform(acts[theft])
    thief.pause(minutes=rng.uniform(5, 20))
    perform(try_it_out)
    perform(name_the_culprits)
    return {"footholds": footholds, "theft": theft}


def name_the_culprits(guilty, account_id):
    """Whom the learner has to name: all of them that are of this account."""
    return {"culprits": [arn for arn in guilty if f"::{account_id}:" in arn]}


def blame(guilty, *arns):
    """These are the thief's as well."""
    return {"guilty": [*guilty, *(arn for arn in arns if arn not in guilty)]}


def look_around(thief):
    """The thief finds out whose key it is and what there is."""
    thief.iam.list_users()
    thief.iam.list_roles()
    thief.s3.list_buckets()


def federate(thief, rng, guilty):
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
    arn = answer["FederatedUser"]["Arn"]
    return {"federation": answer["Credentials"], "federated_arn": arn, **blame(guilty, arn)}


def hop(thief, rng, guilty, export_role_arn):
    """Into the role that reads customers' data."""
    answer = thief.sts.assume_role(
        RoleArn=export_role_arn,
        RoleSessionName=rng.choice(["monthly-report", "export", "session", "botocore-session"]),
        DurationSeconds=43200,
    )
    arn = answer["AssumedRoleUser"]["Arn"]
    return {"hopped": answer["Credentials"], "hopper_arn": arn, **blame(guilty, arn)}


# Footholds


def new_admin(who, name):
    """A user with every right, and its key."""
    who.iam.create_user(UserName=name, Path="/automation/")
    who.iam.attach_user_policy(UserName=name, PolicyArn=ADMINISTRATOR)
    return who.iam.create_access_key(UserName=name)["AccessKey"]


def user_arn(account_id, name, path="/automation/"):
    """The ARN of a user of the account."""
    return f"arn:aws:iam::{account_id}:user{path}{name}"


def make_a_user(thief, rng, guilty, account_id):
    """A user that looks like one of the company's own."""
    name = rng.choice(["svc-backup", "svc-monitoring", "svc-inventory", "aws-support-sync"])
    key, arn = new_admin(thief, name), user_arn(account_id, name)
    return {"rogue_user": name, "rogue_arn": arn, "rogue_key": key, **blame(guilty, arn)}


def add_a_key(thief, guilty, account_id, dormant_user):
    """A key of a user that nobody looks at any more."""
    key = thief.iam.create_access_key(UserName=dormant_user)["AccessKey"]
    return {"planted_key": key, **blame(guilty, user_arn(account_id, dormant_user))}


def settle_abroad(rng, guilty, foreign_account):
    """The thief has an AWS account of its own."""
    number, user = f"{rng.randrange(10**11, 10**12)}", rng.choice(["ops", "admin", "sync", "root2"])
    arn = f"arn:aws:iam::{number}:user/{user}"
    return {
        "foreign_key": foreign_account(number, user),
        "foreign_account_id": number,
        "foreign_arn": arn,
        **blame(guilty, arn),
    }


def open_a_role(perform, thief, rng, operations_role, foreign_key=None):
    """The operations role trusts somebody else as well, who takes it at once."""
    if foreign_key is None:
        perform(settle_abroad)
    perform(widen_the_trust)
    thief.pause(minutes=rng.uniform(1, 5))
    perform(lodge)
    return {"opened_role": operations_role}


def widen_the_trust(thief, operations_role, foreign_arn):
    """The trust as it was, and a statement more."""
    trust = thief.iam.get_role(RoleName=operations_role)["Role"]["AssumeRolePolicyDocument"]
    trust["Statement"].append(
        {"Effect": "Allow", "Principal": {"AWS": foreign_arn}, "Action": "sts:AssumeRole"}
    )
    thief.iam.update_assume_role_policy(RoleName=operations_role, PolicyDocument=json.dumps(trust))


def lodge(foreigner, rng, guilty, operations_role_arn, developer_user):
    """A session of the role, under a name that is known there."""
    name = rng.choice([f"{developer_user}-2", "support", "audit"])
    answer = foreigner.sts.assume_role(
        RoleArn=operations_role_arn, RoleSessionName=name, DurationSeconds=43200
    )
    arn = answer["AssumedRoleUser"]["Arn"]
    return {"lodged": answer["Credentials"], "lodger_name": name, **blame(guilty, arn)}


def set_a_password(perform, thief, rng, guilty, account_id, dormant_user):
    """A console password for a user that never had one."""
    password = f"{rng.choice(['Winter', 'Harbor', 'Violet'])}-{rng.randrange(16**8):08x}!"
    thief.iam.create_login_profile(
        UserName=dormant_user, Password=password, PasswordResetRequired=False
    )
    thief.pause(minutes=rng.uniform(2, 8))
    perform(sign_in, dormant_user=dormant_user, password=password)
    return {
        "console_user": dormant_user,
        "console_password": password,
        **blame(guilty, user_arn(account_id, dormant_user)),
    }


def sign_in(intruder, dormant_user, password):
    """In a browser; the session's credentials are carried off."""
    intruder.console_login(dormant_user, password)
    intruder.iam.list_users()
    return {"console_session": intruder.carry_off()}


def deploy_a_function(thief, rng, guilty, account_id, functions, janitor_role, janitor_role_arn):
    """A function with a schedule and the role of another one: it makes a key whenever it runs."""
    name = rng.choice(["log-forwarder", "cost-report", "health-probe", "config-sync"])
    bred = rng.choice(["svc-telemetry", "svc-billing", "svc-audit"])
    deploy(
        thief,
        name,
        f"# makes a key of {bred}",
        janitor_role_arn,
        f"{name}-schedule",
        "rate(2 hours)",
    )
    functions.equip(name, breed)
    session = f"arn:aws:sts::{account_id}:assumed-role/{janitor_role}/{name}"
    return {
        "function_name": name,
        "function_rule": f"{name}-schedule",
        "function_session": session,
        "bred_user": bred,
        **blame(guilty, session, user_arn(account_id, bred)),
    }


def breed(function, bred_user):
    """What the thief's function does: a user with a new key, which is sent to the thief."""
    users = {user["UserName"] for user in function.iam.list_users()["Users"]}
    if bred_user not in users:
        return {"bred_key": new_admin(function, bred_user)}
    keys = function.iam.list_access_keys(UserName=bred_user)["AccessKeyMetadata"]
    for key in keys[:-1]:
        function.iam.delete_access_key(UserName=bred_user, AccessKeyId=key["AccessKeyId"])
    return {"bred_key": function.iam.create_access_key(UserName=bred_user)["AccessKey"]}


# Thefts


def choose(rng, objects, customers):
    """What is taken, and whose data is in it."""
    loot = sorted(rng.sample(objects, rng.randint(3, 5)))
    return {"loot": loot, "people": len({one for key in loot for one in customers[key]})}


def size_up(hopper, export_bucket, objects):
    """How large is each export?"""
    hopper.s3.list_objects_v2(Bucket=export_bucket)
    for key in objects:
        hopper.s3.head_object(Bucket=export_bucket, Key=key)


def read_them(perform):
    """The role session reads."""
    perform(choose)
    perform(size_up)
    perform(read_as_the_role)


def read_as_the_role(hopper, export_bucket, loot):
    """With the session that it hopped into."""
    for key in loot:
        hopper.s3.get_object(Bucket=export_bucket, Key=key)


def open_the_bucket(perform, export_bucket, foreign_key=None):
    """A bucket policy lets the thief's own account read."""
    perform(choose)
    perform(size_up)
    if foreign_key is None:
        perform(settle_abroad)
    perform(permit_the_foreigner)
    perform(read_from_abroad)
    return {"opened_bucket": export_bucket}


def permit_the_foreigner(thief, rng, export_bucket, foreign_arn):
    """The bucket had no policy; now it has one."""
    sid = rng.choice(["ReportingAccess", "PartnerRead", "CrossAccountSync"])
    thief.s3.put_bucket_policy(
        Bucket=export_bucket,
        Policy=policy("open-bucket", sid=sid, who=foreign_arn, bucket=export_bucket),
    )
    thief.pause(minutes=rng.uniform(2, 9))


def read_from_abroad(foreigner, export_bucket, loot):
    """With a user of the thief's own account."""
    for key in loot:
        foreigner.s3.get_object(Bucket=export_bucket, Key=key)


def sign_urls(perform):
    """The role session signs URLs; somebody opens them in a browser, elsewhere."""
    perform(choose)
    perform(size_up)
    perform(sign_them)
    perform(open_them)


def sign_them(hopper, export_bucket, loot):
    """Signing is no API call: nothing is recorded until a URL is opened."""
    return {
        "urls": [
            hopper.presign("get_object", timedelta(hours=12), Bucket=export_bucket, Key=key)
            for key in loot
        ]
    }


def open_them(fetcher, rng, urls):
    """In a browser, from a home."""
    for url in urls:
        fetcher.get(url)
        fetcher.pause(seconds=rng.uniform(20, 200))


def try_it_out(federated, ghost, twin, rogue_key=None, planted_key=None):
    """The token works, and so do the keys."""
    federated.s3.list_buckets()
    if rogue_key:
        ghost.iam.list_users()
        ghost.s3.list_buckets()
    if planted_key:
        twin.sts.get_caller_identity()
        twin.s3.list_buckets()


# --- what it has, and tries whenever it is back -----------------------------------------------------


@way("the access key from the repository", obtained="ci_key")
def leaked_key(thief):
    """Whoever has the repository has it."""
    yield thief.s3.list_buckets


@way("a federation token", obtained="federation")
def federation_token(federated):
    """It needs the user that it was minted for, not the key."""
    yield federated.s3.list_buckets


@way("a role session", obtained="hopped")
def role_session(hopper, export_bucket, loot, rng):
    """It needs neither key nor user."""
    yield lambda: hopper.s3.get_object(Bucket=export_bucket, Key=rng.choice(loot))


@way("URLs that a session signed", obtained="urls")
def signed_urls(fetcher, urls, rng):
    """They may do what the session may that signed them, as long as it may."""
    yield lambda: fetcher.get(rng.choice(urls))


@way("a bucket that lets its own account in", obtained="opened_bucket")
def open_bucket(foreigner, export_bucket, loot, rng):
    """It needs nothing but the bucket's policy."""
    yield lambda: foreigner.s3.get_object(Bucket=export_bucket, Key=rng.choice(loot))


@way("the key of a user that it made", obtained="rogue_key")
def rogue_user(ghost):
    """It depends on nothing that leaked."""
    yield ghost.iam.list_users


@way("a key that it made of somebody else's user", obtained="planted_key")
def planted(twin):
    """It looks like the company's own."""
    yield twin.iam.list_users


@way("a role that trusts its own account", obtained="opened_role")
def open_role(foreigner, squatter, operations_role_arn, lodger_name):
    """The session that it has, and the way to another."""
    yield squatter.iam.list_users
    yield lambda: foreigner.sts.assume_role(
        RoleArn=operations_role_arn, RoleSessionName=lodger_name
    )


@way("a console session, and the password to get another", obtained="console_password")
def console(intruder, lingerer, console_user, console_password):
    """The session lives on without the password."""
    yield lingerer.iam.list_users
    yield lambda: intruder.console_login(console_user, console_password)


@way("what a function of its own makes for it", obtained="bred_key")
def bred(heir):
    """The key that the function made last."""
    yield heir.iam.list_users


@way("what it made when it was cut off", obtained="spare_key")
def spare_key(spare):
    """See `adapt`."""
    yield spare.iam.list_users


def adapt(
    open_ways,
    thief,
    ghost,
    twin,
    squatter,
    lodger,
    lingerer,
    heir,
    rng,
    guilty,
    account_id,
    developer_user,
):
    """Cut off on one path, the thief makes itself another foothold through one that it has.

    A new user, or a key of a colleague's. Where it is refused, it tries the next that it has.
    """
    name = rng.choice(["svc-mirror", "svc-archive", "svc-scheduler", ""])
    for way_, who in (
        ("rogue_user", ghost),
        ("planted", twin),
        ("bred", heir),
        ("console", lingerer),
        ("open_role", squatter),
        ("open_role", lodger),
        ("leaked_key", thief),
    ):
        if way_ not in open_ways:
            continue
        with suppress(ClientError):
            if name:
                key, arn = new_admin(who, name), user_arn(account_id, name)
            else:
                key = who.iam.create_access_key(UserName=developer_user)["AccessKey"]
                arn = user_arn(account_id, developer_user, "/people/")
            return {"spare_key": key, "spare_user": key["UserName"], **blame(guilty, arn)}
    return None


# --- the same again, from anywhere: every step is tried, whatever became of the one before --------


def everything_again(
    thief_elsewhere,
    federated_elsewhere,
    hopper_elsewhere,
    fetcher,
    foreigner,
    squatter,
    ghost_elsewhere,
    twin,
    intruder,
    lingerer,
    heir,
    spare,
    functions,
    site_bucket,
    export_bucket,
    objects,
    export_role_arn,
    operations_role_arn,
    urls=(),
    opened_bucket=None,
    opened_role=None,
    rogue_key=None,
    planted_key=None,
    console_user=None,
    console_password=None,
    function_name=None,
    bred_key=None,
    spare_key=None,
):
    """All that the thief holds, each for what it was good for; who tried is in the attempts."""
    iam, s3, sts = thief_elsewhere.iam, thief_elsewhere.s3, thief_elsewhere.sts
    yield iam.list_users
    yield lambda: iam.create_user(UserName="again")
    yield s3.list_buckets
    yield lambda: s3.put_object(Bucket=site_bucket, Key="index.html", Body=b"defaced")
    yield lambda: sts.get_federation_token(Name="again")
    yield lambda: sts.assume_role(RoleArn=export_role_arn, RoleSessionName="again")
    token = federated_elsewhere.s3
    yield token.list_buckets
    yield lambda: token.list_objects_v2(Bucket=site_bucket)
    yield lambda: token.put_object(Bucket=site_bucket, Key="index.html", Body=b"defaced")
    session = hopper_elsewhere.s3
    yield lambda: session.list_objects_v2(Bucket=export_bucket)
    yield lambda: session.get_object(Bucket=export_bucket, Key=objects[0])
    for url in urls[:1]:
        yield lambda url=url: fetcher.get(url)
    if opened_bucket:
        yield lambda: foreigner.s3.list_objects_v2(Bucket=export_bucket)
        yield lambda: foreigner.s3.get_object(Bucket=export_bucket, Key=objects[0])
    if function_name:
        yield functions.start_all
    for key, who in (
        (rogue_key, ghost_elsewhere),
        (planted_key, twin),
        (opened_role, squatter),
        (bred_key, heir),
        (spare_key, spare),
        (console_user, lingerer),
    ):
        if key:
            yield who.iam.list_users
            yield lambda who=who: who.s3.list_objects_v2(Bucket=export_bucket)
    if opened_role:
        yield lambda: foreigner.sts.assume_role(
            RoleArn=operations_role_arn, RoleSessionName="again"
        )
    if console_user:
        yield lambda: intruder.console_login(console_user, console_password)


def next_leak(ci_runner, export_role_arn, operations_role, export_bucket):
    """What the thief did, with the credentials that the pipeline has now."""
    iam, s3, sts = ci_runner.iam, ci_runner.s3, ci_runner.sts
    yield lambda: iam.create_user(UserName="again")
    yield iam.list_users
    yield lambda: iam.create_login_profile(UserName="again", Password="Again-and-again-1")
    yield lambda: iam.update_assume_role_policy(
        RoleName=operations_role, PolicyDocument=policy("trust-account", account="111122223333")
    )
    yield lambda: sts.get_federation_token(Name="again")
    yield lambda: sts.assume_role(RoleArn=export_role_arn, RoleSessionName="again")
    yield lambda: s3.list_objects_v2(Bucket=export_bucket)
    yield lambda: s3.get_bucket_policy(Bucket=export_bucket)


def others_work(
    exporter,
    docs_runner,
    operator,
    functions,
    export_bucket,
    objects,
    docs_bucket,
    janitor,
):
    """The rest of the company, its function included."""
    for what, part in (
        ("The analyst's report no longer works", lambda: report(exporter, export_bucket, objects)),
        ("The docs are no longer published", lambda: publish_docs(docs_runner, docs_bucket)),
        ("Nobody gets into the operations role any more", lambda: operate(operator)),
        (f"The company's function {janitor} no longer works", lambda: run(functions, janitor)),
    ):
        try:
            part()
        except (ClientError, AwsError) as error:
            raise AssertionError(f"{what}: {error}") from error


def run(functions, name):
    """One run of a function that is there."""
    assert functions.runs(name), f"The function {name} is gone, or is another one."
    ran = functions.run(name)
    assert "FunctionError" not in ran, f"The function {name} fails: {ran['Payload']}"


# --- the checks ---------------------------------------------------------------------------------

HOLDS = {
    "thief_elsewhere": "the key",
    "federated_elsewhere": "the federation token",
    "hopper_elsewhere": "the role session",
    "fetcher": "a URL that the session signed",
    "foreigner": "an account of its own",
    "squatter": "a session of a role that trusted its account",
    "ghost_elsewhere": "the key of a user that it made",
    "twin": "a key that it made of somebody else's user",
    "intruder": "a console password",
    "lingerer": "a console session",
    "heir": "a key that its function made",
    "spare": "a key that it made when it was cut off",
}


def through(replay, *who):
    """What the thief's principals get through, in words: "the key (ListUsers, PutObject)"."""
    found = {}
    for each in replay(everything_again).attempts:
        if each.principal in who and each.succeeded:
            found.setdefault(HOLDS.get(each.principal, "its function"), {})[
                each.operation.split(" ")[0]
            ] = None
    return "; ".join(f"{holds} ({', '.join(calls)})" for holds, calls in found.items())


def given(value):
    """An answer as a set."""
    return {value} if isinstance(value, str) else set(value)


def of_the_thief(thieves, function_session):
    """Whether a record is of a call that the thief made, or its function."""
    return lambda record: (
        record["sourceIPAddress"] in thieves
        or (function_session is not None and record["userIdentity"].get("arn") == function_session)
    )


@check(Phase.DETECT, points=3)
def names_the_key(submitted, leaked_key_id):
    """You named the access key that leaked."""
    assert submitted.key == leaked_key_id, (
        f"{submitted.key} is not the key that leaked. Look for a key id in the repository's history, "
        "and for a key that is used from two very different places."
    )


@check(Phase.DETECT, points=4)
def names_every_principal(submitted, guilty, culprits):
    """You named every principal that the thief used or made, and nobody else."""
    named = given(submitted.principals)
    wrong, missing = sorted(named - set(guilty)), len(set(culprits) - named)
    assert not wrong, f"{wrong[0]} did nothing wrong: an accusation needs evidence."
    assert not missing, (
        f"{missing} of the {len(culprits)} principals that the thief used or made are not named yet."
    )


PROOFS = (
    ("federation", "GetFederationToken", "that the thief minted a federation token"),
    ("hopped", "AssumeRole", "that the thief took a role"),
    ("rogue_user", "CreateUser", "that the thief made a user"),
    ("planted_key", "CreateAccessKey", "that the thief made a key of somebody else's user"),
    ("opened_role", "UpdateAssumeRolePolicy", "that the thief opened a role to its own account"),
    ("console_user", "CreateLoginProfile", "that the thief gave a user a console password"),
    ("function_name", "CreateFunction20150331", "that the thief deployed a function"),
    ("opened_bucket", "PutBucketPolicy", "that the thief opened a bucket to its own account"),
    (
        "loot",
        "GetObject",
        "that the thief read customers' data: look in the trail's log files",
    ),
)


@check(Phase.DETECT, points=4)
def evidence_holds(
    submitted,
    records,
    thieves,
    federation,
    hopped,
    loot,
    function_session=None,
    rogue_user=None,
    planted_key=None,
    opened_role=None,
    console_user=None,
    function_name=None,
    opened_bucket=None,
):
    """Your evidence proves every credential and foothold that the thief made, and the theft."""
    known, hostile = locals(), of_the_thief(thieves, function_session)
    ids = given(submitted.evidence)
    events = [record for record in records if record["eventID"] in ids]
    innocent = [event for event in events if not hostile(event)]
    assert len(innocent) * 10 <= len(events), (
        f"{len(innocent)} of your {len(events)} events are the company's ordinary work: evidence "
        "points at the thief alone."
    )
    proved = {event["eventName"] for event in events if hostile(event)}
    for fact, name, what in PROOFS:
        assert not known[fact] or name in proved, f"No event that you submitted proves {what}."


@check(Phase.DETECT, points=4)
def names_what_was_taken(submitted, records, thieves, export_bucket):
    """You named every object that the thief read, and none that it did not."""
    named = {key.removeprefix(f"s3://{export_bucket}/") for key in given(submitted.taken)}
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


@check(Phase.DETECT, points=2)
def counts_the_people(submitted, people):
    """You said how many different customers are in what was read."""
    said = "".join(given(submitted.people)).strip()
    assert said.isdigit(), f"{said!r} is not a number of people."
    assert int(said) <= people, (
        f"It is not {said}: customers occur in several months, and sometimes twice in one. Count "
        "each once, in the objects that were read."
    )
    assert int(said) == people, f"It is more than {said}: count the customers of every object read."


@check(Phase.CONTAIN, points=4)
def stolen_key_is_dead(replay):
    """The stolen key can do nothing any more."""
    ways = through(replay, "thief_elsewhere")
    assert not ways, f"The thief still gets through from a new address with {ways}."


@check(Phase.CONTAIN, points=4)
def federation_token_is_dead(replay):
    """The federation token that the thief minted can do nothing any more."""
    ways = through(replay, "federated_elsewhere")
    assert not ways, (
        f"Minted before your fix, and it doesn't need the key: the thief gets through with {ways}."
    )


@check(Phase.CONTAIN, points=4)
def role_session_is_dead(replay):
    """The role session that the thief holds can do nothing any more, nor can what it signed."""
    ways = through(replay, "hopper_elsewhere", "fetcher")
    assert not ways, f"Customers' data is still read, by means from before your fix: {ways}."


@check(Phase.CONTAIN, points=4)
def backdoors_are_shut(replay, function_name=None):
    """Nothing else that the thief made for itself lets it in."""
    others = set(HOLDS) - {"thief_elsewhere", "federated_elsewhere", "hopper_elsewhere", "fetcher"}
    ways = through(replay, *others, f"function {function_name}")
    assert not ways, f"The thief has another way in: {ways}."


def theirs(records, hostile):
    """Names and key ids that the thief's changes were about."""
    for record in records:
        if record["readOnly"] or "errorCode" in record or not hostile(record):
            continue
        asked = record["requestParameters"] or {}
        for name in ("userName", "roleName", "bucketName", "functionName", "name", "rule"):
            yield str(asked.get(name, "")).rpartition(":")[2]
        made = (record["responseElements"] or {}).get("accessKey") or {}
        yield made.get("accessKeyId", "")


CONTAINED = (
    "stolen_key_is_dead",
    "federation_token_is_dead",
    "role_session_is_dead",
    "backdoors_are_shut",
)


@check(Phase.ERADICATE, points=3, needs="stolen_key_is_dead")
def evidence_is_preserved(
    records, first_record, thieves, ci_user, leaked_key_id, function_session=None
):
    """You looked at what you destroyed before you destroyed it, and switched keys off first.

    Reads the order of the records: CloudTrail keeps calls for ninety days, but what a policy said,
    which code ran and when a key was last used is gone with the thing itself.
    """
    hostile = of_the_thief(thieves, function_session)
    things = {*theirs(records, hostile), ci_user, leaked_key_id} - {""}
    lost = next(destroyed_unseen(records[first_record:], hostile, things), None)
    assert not lost, f"Evidence is lost: {lost}."


@check(Phase.ERADICATE, points=4)
def nothing_is_left_behind(account_id, records, thieves, function_session=None):
    """Nothing that the thief made is left in the account, whenever it made it.

    Reads the state of all that the thief's recorded calls made: a user whose key is off, or a
    function whose rule is, does nothing that a replay could show, and is one call away from being
    back.
    """
    left = [*dict.fromkeys(leftovers(records, of_the_thief(thieves, function_session), account_id))]
    more = f", and {len(left) - 1} more" if len(left) > 1 else ""
    assert not left, f"Still there: {left[0]}{more}."


@check(Phase.RECOVER, points=4, needs="stolen_key_is_dead")
def pipeline_deploys(replay):
    """The pipeline deploys the site, without the stolen key."""
    deployed = replay(workload)
    assert deployed.worked, f"The pipeline no longer deploys: {deployed.error}"


@check(Phase.RECOVER, points=3, needs="role_session_is_dead")
def reports_are_written(replay):
    """The analyst reads, docs are published, operations works, and so does the company's function."""
    done = replay(others_work)
    assert done.worked, done.error


@check(Phase.RECOVER, points=3, needs="pipeline_deploys")
def credentials_are_new(settings, records, first_record, thieves, function_session=None):
    """What the pipeline signs in with was made by you, when the thief could not meddle any more.

    Reads the order of the records: whoever still calls IAM with success can add a key to a new user,
    or change whom a new role trusts.
    """
    ci, hostile = settings["ci"], of_the_thief(thieves, function_session)
    held = ci.get("role_to_assume") or ci["access_key_id"]
    made = None
    for place, record in enumerate(records[first_record:], first_record):
        if "errorCode" in record:
            continue
        if held.rpartition("/")[2] in str(made_by(record)):
            made = place
        if made is not None and record["eventSource"] == "iam.amazonaws.com" and hostile(record):
            at = records[made]["eventTime"]
            raise AssertionError(
                f"What the pipeline signs in with was made at {at}, and the thief could still call "
                f"IAM ({record['eventName']} at {record['eventTime']}): make it anew, now."
            )
    assert made is not None, (
        "What the pipeline signs in with is older than your response: what may be known is replaced."
    )


def made_by(record):
    """The credential that a call made, or the role that it made or whose trust it changed."""
    if record["eventName"] == "CreateAccessKey":
        return record["responseElements"]["accessKey"]["accessKeyId"]
    if record["eventName"] in {"CreateRole", "UpdateAssumeRolePolicy"}:
        return record["requestParameters"]["roleName"]
    return ""


@check(Phase.LEARN, points=4, needs="pipeline_deploys")
def next_leak_is_harmless(replay):
    """Were the pipeline's present credentials stolen too, they would open nothing but the site."""
    open_ways = replay(next_leak).allowed
    assert not open_ways, (
        f"With the pipeline's present credentials a thief could again: {open_ways}."
    )
