"""A bucket with customers' data is opened "for the site": read, copied, and a way back kept."""

from __future__ import annotations

import csv
import gzip
import io
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Template
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError
from faker.utils.checksums import calculate_luhn

from simulator.account.canonical import canonical_id
from simulator.account.s3_bucket import find_bucket
from simulator.scenario import Actor, Phase, Routine, Scenario, check, way

HERE = Path(__file__).parent
WEEK = timedelta(days=7)
REFUSALS = (ClientError, BotoCoreError, AssertionError)


def policy(name, **values):
    """A document of policies/ with its $names filled in."""
    return Template((HERE / "policies" / f"{name}.json").read_text()).substitute(values)


# --- the cast -----------------------------------------------------------------------------------


def delivery_keys(settings):
    """What the delivery job is configured with."""
    page = settings["delivery"]
    return {
        "AccessKeyId": page["access_key_id"],
        "SecretAccessKey": page["secret_access_key"],
    }


def thief_agent(chance):
    """Tools that thieves use, and that honest people use as well."""
    return chance.choice(
        ["curl/8.5.0", "Wget/1.21.4", "python-requests/2.31.0", "Go-http-client/1.1"]
    )


def mule_agent(chance):
    """What copies buckets."""
    return chance.choice(
        [
            "aws-cli/2.15.30 Python/3.11.8 Linux/6.8.0-31-generic exe/x86_64.ubuntu.24",
            "rclone/v1.66.0",
            "Boto3/1.34.84 md/Botocore#1.34.84 ua/2.0 os/linux#5.15.0 md/arch#x86_64",
        ]
    )


CLI = "aws-cli/2.17.62 md/awscrt#0.21.2 ua/2.0 os/macos#23.6.0 md/arch#arm64 lang/python#3.12.6"
JOB = "Boto3/1.35.10 md/Botocore#1.35.10 ua/2.0 os/linux#6.1.0 md/arch#x86_64 lang/python#3.11.9"
CRAWLER = "Mozilla/5.0 (compatible; Seekbot/2.1; +https://seekbot.example/bot.html)"
SCANNER = "Mozilla/5.0 (compatible; BucketCensus/1.4; research)"
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
CDN = "EdgeFetch/3.2"

scenario = Scenario(
    title="Open to get it live",
    pillar="Data protection",
    severity="critical",
    difficulty=3,
    minutes=75,
    attack=("T1530", "T1619", "T1552.001", "T1098", "T1098.001", "T1537"),
    controls=("2.1.4", "S3.1", "S3.2", "S3.8", "S3.12"),
    principals={
        "opener": Actor("opener_key", "head office", CLI),
        "colleague": Actor("colleague_key", "head office", CLI),
        "sharer": Actor("sharer_key", "head office", CLI),
        "analyst": Actor("analyst_key", "head office", JOB),
        "delivery": Actor(delivery_keys, "data centre", JOB),
        "edge": Actor(None, "cdn", CDN),
        "signing_edge": Actor("origin_key", "cdn", CDN),
        "partner": Actor("partner_key", "partner", JOB),
        "receiver": Actor(None, "partner", BROWSER),
        "crawler": Actor(None, "search engine", CRAWLER),
        "scanner": Actor(None, "research", SCANNER),
        "thief": Actor(None, "hosting", thief_agent, hostile=True),
        "keyed": Actor("leaked_key", "hosting", mule_agent, hostile=True),
        "keyed_twice": Actor("second_key", "hosting", mule_agent, hostile=True),
        "ghost": Actor(None, "vpn exit", BROWSER, hostile=True),
        "mule": Actor("mule_key", "vps", mule_agent, hostile=True),
        "stranger": Actor(None, "botnet", thief_agent, hostile=True),
        "passer_by": Actor(None, "botnet", BROWSER, hostile=True),
        "finder": Actor(delivery_keys, "botnet", mule_agent),  # in a replay alone: no thief's yet
        "heir": Actor(None, "botnet", BROWSER, hostile=True),
        "keyed_elsewhere": Actor("leaked_key", "botnet", mule_agent, hostile=True),
        "mule_elsewhere": Actor("mule_key", "botnet", mule_agent, hostile=True),
        "keyed_twice_elsewhere": Actor("second_key", "botnet", mule_agent, hostile=True),
    },
    built=timedelta(days=6),
    injected=(timedelta(days=1.6), timedelta(days=2.6)),
    attacked=(timedelta(hours=5), timedelta(hours=13)),
    findings={
        "openers": "the ARNs of those who made customers' data public",
        "leak": "the key of the object in which the thief found credentials",
        "sources": "the addresses from which customers' data was taken",
        "taken": "the keys of every object with customers' data that was taken",
        "people": "how many customers are in what was taken, each counted once",
        "evidence": "eventIDs from CloudTrail that prove the opening, the way kept and the theft",
        "last_read": "when the thief last read customers' data, as 2026-11-02T14:05:00Z",
    },
    accuses={"openers": "guilty_openers", "sources": "hostile_sources"},
    fidelity=(
        "Bucket policies, ACLs, Object Ownership, Block Public Access, presigned URLs, data events "
        "and server access logs behave as on AWS; access logs arrive within an hour and a half. The "
        "content delivery network is not CloudFront: it is an outside one that fetches from the "
        "bucket, signed by an IAM user's key or not at all. Changes take effect at once. "
        "GuardDuty and Macie were not switched on in this account."
    ),
)


# --- the company --------------------------------------------------------------------------------


def baseline(edge, signing_edge, rng, fake, foreign_account, perform):
    """One bucket for all: a site's folders, a partner's uploads, deliveries, customers' data."""
    company = fake.unique.last_name().lower()
    suffix = f"{rng.randrange(16**4):04x}"
    names = {
        "company": company.capitalize(),
        "bucket": f"{company}-{rng.choice(['hub', 'exchange', 'share', 'data'])}-{suffix}",
        "log_bucket": f"{company}-logs-{suffix}",
        "evidence_bucket": f"{company}-evidence-{suffix}",
        "delivery_user": rng.choice(["delivery", "report-sender", "sftp-bridge", "outbound-sync"]),
        "origin_user": rng.choice(["cdn-origin", "edge-fetch", "site-origin"]),
        "partner_name": fake.unique.last_name(),
        "partner_account": f"{rng.randrange(10**11, 10**12)}",
        "mule_account": f"{rng.randrange(10**11, 10**12)}",
        "site_folder": "website/",
        "edge_address": edge.address,
        "signing_address": signing_edge.address,
    }
    perform(make_buckets, names=names)
    perform(upload_data, names=names)
    perform(make_people, names=names)
    return {
        **names,
        "partner_key": foreign_account(names["partner_account"], "uploader"),
        "mule_key": foreign_account(names["mule_account"], rng.choice(["sync", "backup", "s3"])),
    }


def make_buckets(admin, names, account_id):
    """The bucket, where its logs go, and where the security team keeps evidence."""
    s3, bucket, logs = admin.s3, names["bucket"], names["log_bucket"]
    for each in (logs, names["evidence_bucket"]):
        s3.create_bucket(Bucket=each)
        s3.put_bucket_versioning(Bucket=each, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_policy(Bucket=logs, Policy=policy("log-bucket", bucket=logs, account=account_id))
    s3.create_bucket(Bucket=bucket, ObjectOwnership="BucketOwnerPreferred")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_logging(
        Bucket=bucket,
        BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": logs, "TargetPrefix": "access/"}},
    )
    s3.put_bucket_policy(
        Bucket=bucket, Policy=policy("partner", bucket=bucket, partner=names["partner_account"])
    )
    admin.cloudtrail.create_trail(
        Name="audit",
        S3BucketName=logs,
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
    )
    exports = {"Type": "AWS::S3::Object", "Values": [f"arn:aws:s3:::{bucket}/exports/"]}
    admin.cloudtrail.put_event_selectors(
        TrailName="audit",
        EventSelectors=[
            {
                "ReadWriteType": "All",
                "IncludeManagementEvents": True,
                "DataResources": [exports],
            }
        ],
    )
    admin.cloudtrail.start_logging(Name="audit")


def customer(fake):
    """One customer. Numbers look right and are nobody's."""
    card = fake.numerify("400000#########")
    return {
        "customer_id": f"C-{fake.unique.random_int(10_000, 99_999)}",
        "name": fake.name(),
        "email": fake.ascii_safe_email(),
        "phone": fake.numerify("(%##) 555-01##"),
        "national_id": fake.numerify("9##-7#-####"),
        "card_number": f"{card}{calculate_luhn(float(card))}",
        "card_expires": fake.credit_card_expire(),
    }


def table(people, *columns):
    """CSV with a header."""
    page = io.StringIO()
    writer = csv.DictWriter(page, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(people)
    return page.getvalue().encode()


def invoices(people, rng, fake):
    """Some customers have several, and the same ones are in the regions' files."""
    made = [
        {
            "invoice": f"INV-{rng.randint(100_000, 999_999)}",
            "customer_id": one["customer_id"],
            "name": one["name"],
            "national_id": one["national_id"],
            "amount": round(rng.uniform(9, 900), 2),
        }
        for one in (rng.choice(people) for _ in range(rng.randint(24, 34)))
    ]
    return json.dumps({"invoices": made}, indent=1).encode()


ABOUT = ("customer_id", "name", "email", "phone", "national_id")


def upload_data(admin, names, rng, fake):
    """Customers' data in several files, some people in several of them, and what looks like it."""
    bucket, s3 = names["bucket"], admin.s3
    everybody = [customer(fake) for _ in range(90)]
    former = [customer(fake) for _ in range(30)]
    bodies = {}
    for region in rng.sample(["north", "south", "east", "west", "coast", "lakes"], 3):
        people = rng.sample(everybody, rng.randint(22, 38))
        bodies[f"exports/2026/customers-{region}.csv"] = table(people, *ABOUT)
    for month in sorted(rng.sample(range(1, 10), 2)):
        bodies[f"exports/2026/invoices-{month:02d}.json"] = invoices(everybody, rng, fake)
    holders = rng.sample(everybody, rng.randint(15, 25))
    bodies["exports/2026/cards-on-file.csv"] = table(
        holders, "customer_id", "name", "card_number", "card_expires"
    )
    template = [{"customer_id": f"C-0000{n}", "name": "TEST PERSON"} for n in range(1, 6)]
    empty = {"exports/2026/customers-template.csv": table(template, *ABOUT)}
    archives = {
        f"exports/archive/customers-{year}.csv": table(
            [*rng.sample(former, rng.randint(12, 20)), *rng.sample(everybody, rng.randint(4, 12))],
            *ABOUT,
        )
        for year in (2023, 2024)
    }
    versions = {}

    def put(key, body):
        versions.setdefault(key, []).append(
            (s3.put_object(Bucket=bucket, Key=key, Body=body)["VersionId"], body)
        )

    for key, body in {**bodies, **empty, **archives}.items():
        put(key, body)
    for key, body in archives.items():  # the law said: reduce them
        rows = body.count(b"\n") - 1
        put(key, f"year,customers\n{key[-8:-4]},{rows}\n".encode())
    for folder in ("website/", "assets/"):
        for page in ("index.html", "app.js"):
            s3.put_object(Bucket=bucket, Key=f"{folder}{page}", Body=b"<!doctype html>")
    return {
        "personal": sorted(bodies),
        "archives": sorted(archives),
        "template": next(iter(empty)),
        "versions": {key: [version for version, _ in made] for key, made in versions.items()},
        "people_in": {
            (key, version): sorted(ids_in(body))
            for key, made in versions.items()
            for version, body in made
        },
    }


def ids_in(body):
    """The customers in a file, each once. Those of a template are nobody."""
    text = body.decode()
    if text.startswith("{"):
        found = {each["customer_id"] for each in json.loads(text)["invoices"]}
    else:
        found = {row.get("customer_id", "") for row in csv.DictReader(io.StringIO(text))}
    return {each for each in found if each.startswith("C-") and not each.startswith("C-0")}


def make_people(admin, names, rng, fake, account_id, settings):
    """People in groups, two jobs with keys, and a note that a job left behind."""
    iam, bucket = admin.iam, names["bucket"]
    facts = {}
    for group in ("web", "data"):
        iam.create_group(GroupName=group)
        iam.put_group_policy(
            GroupName=group, PolicyName=group, PolicyDocument=policy(group, bucket=bucket)
        )
    for who, group in (
        ("opener", "web"),
        ("colleague", "web"),
        ("sharer", "data"),
        ("analyst", "data"),
    ):
        user = f"{fake.unique.first_name().lower()}.{fake.unique.last_name().lower()}"
        arn = iam.create_user(UserName=user, Path="/people/")["User"]["Arn"]
        iam.add_user_to_group(GroupName=group, UserName=user)
        key = iam.create_access_key(UserName=user)["AccessKey"]
        facts |= {f"{who}_user": user, f"{who}_arn": arn, f"{who}_key": key}
    for user, document in (
        (
            names["delivery_user"],
            policy("delivery", bucket=bucket, account=account_id, user=names["delivery_user"]),
        ),
        (names["origin_user"], policy("origin", bucket=bucket, folder="website/")),
    ):
        iam.create_user(UserName=user, Path="/automation/")
        iam.put_user_policy(UserName=user, PolicyName="job", PolicyDocument=document)
    leaked = iam.create_access_key(UserName=names["delivery_user"])["AccessKey"]
    origin = iam.create_access_key(UserName=names["origin_user"])["AccessKey"]
    settings["delivery"] = {
        "access_key_id": leaked["AccessKeyId"],
        "secret_access_key": leaked["SecretAccessKey"],
        "folder": "outgoing/",
    }
    settings["cdn"] = {
        "origin": f"{bucket}.s3.amazonaws.com",
        "sign_requests": "yes",
        "access_key_id": origin["AccessKeyId"],
    }
    leak = rng.choice(["ops/delivery.env", "outgoing/.env", "ops/backup/job.ini", "tools/run.env"])
    admin.s3.put_object(
        Bucket=bucket,
        Key=leak,
        Body=(
            f"AWS_ACCESS_KEY_ID={leaked['AccessKeyId']}\n"
            f"AWS_SECRET_ACCESS_KEY={leaked['SecretAccessKey']}\n"
        ).encode(),
    )
    return {**facts, "leaked_key": leaked, "origin_key": origin, "leak": leak}


# --- the mistake --------------------------------------------------------------------------------


def inject(opener, sharer, rng, settings, bucket, personal, opener_arn, sharer_arn):
    """The new site answers 403, so the bucket is opened; and files are shared by their ACL."""
    sid = rng.choice(["SiteAssets", "CdnOrigin", "WebsiteRead", "StaticHosting"])
    opener.s3.delete_public_access_block(Bucket=bucket)
    document = json.loads(opener.s3.get_bucket_policy(Bucket=bucket)["Policy"])
    document["Statement"].append(public(sid, bucket))
    opener.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))
    settings["cdn"] = settings["cdn"] | {"sign_requests": "no"}
    opener.pause(hours=rng.uniform(2, 9))
    shared = sorted(rng.sample(personal, 2))
    who = rng.choice([opener, sharer])
    for key in shared:
        who.s3.put_object_acl(Bucket=bucket, Key=key, ACL="public-read")
    return {
        "public_sid": sid,
        "shared": shared,
        "site_folder": "assets/",
        "guilty_openers": sorted({opener_arn, opener_arn if who is opener else sharer_arn}),
    }


def public(sid, bucket):
    """The statement that opens a bucket."""
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": "*",
        "Action": [
            "s3:GetObject",
            "s3:GetObjectVersion",
            "s3:ListBucket",
            "s3:ListBucketVersions",
        ],
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
    }


# --- the company's days -------------------------------------------------------------------------


def url(bucket, key="", query=""):
    """Where a browser finds an object."""
    return f"https://{bucket}.s3.amazonaws.com/{quote(key)}{'?' if query else ''}{query}"


def workload(edge, signing_edge, settings, bucket, site_folder):
    """The content delivery network fetches the site's pages."""
    for page in ("index.html", "app.js"):
        if settings["cdn"]["sign_requests"].strip().lower() in {"yes", "true", "on"}:
            signing_edge.s3.get_object(Bucket=bucket, Key=f"{site_folder}{page}")
        else:
            reply = edge.get(url(bucket, f"{site_folder}{page}"))
            assert reply.ok, f"the bucket answers {reply.status} to the unsigned GET of {page}"


def upload(partner, analyst, rng, bucket):
    """The partner puts a file, as it always does, and somebody here reads it."""
    key = f"incoming/orders-{rng.randint(1000, 9999)}.csv"
    partner.s3.put_object(
        Bucket=bucket, Key=key, Body=b"order,sku,count\n", ACL="bucket-owner-full-control"
    )
    analyst.s3.get_object(Bucket=bucket, Key=key)


def deliver(delivery, receiver, rng, bucket):
    """A report for the partner, and a link to it that is good for an hour."""
    key = f"outgoing/report-{rng.randint(1000, 9999)}.csv"
    delivery.s3.put_object(Bucket=bucket, Key=key, Body=b"sku,sold\n")
    link = delivery.presign("get_object", timedelta(hours=1), Bucket=bucket, Key=key)
    reply = receiver.get(link)
    assert reply.ok, f"the link to the report answers {reply.status}"


def analyse(analyst, rng, bucket, personal):
    """An analyst reads exports, which is what they are for."""
    analyst.s3.list_objects_v2(Bucket=bucket, Prefix="exports/")
    for key in rng.sample(personal, 2):
        analyst.s3.get_object(Bucket=bucket, Key=key)


def look_after(colleague, rng, bucket):
    """An engineer looks, and is refused something."""
    colleague.s3.list_buckets()
    colleague.s3.get_bucket_policy(Bucket=bucket)
    if rng.random() < 0.4:
        colleague.iam.list_users()


def put_back(colleague, bucket, public_sid=None):
    """An engineer puts the policy as it is, which opens nothing; no longer once it is public."""
    if public_sid is None:
        document = colleague.s3.get_bucket_policy(Bucket=bucket)["Policy"]
        colleague.s3.put_bucket_policy(Bucket=bucket, Policy=document)


def crawl(crawler, bucket, site_folder):
    """A search engine found the bucket by the site's links, and keeps to the site."""
    for page in ("robots.txt", f"{site_folder}index.html", f"{site_folder}app.js"):
        crawler.get(url(bucket, page))


def scan(scanner, rng, bucket):
    """A census of buckets: does it answer, does it have a backup.zip?"""
    scanner.get(url(bucket), method="HEAD")
    for key in rng.sample(["backup.zip", ".env", "dump.sql", "customers.csv", "users.json"], 3):
        scanner.get(url(bucket, key), method="HEAD")


routines = (
    Routine(
        workload,
        every=timedelta(hours=20),
        since=timedelta(days=5.6),
        name="the site",
        pulse=timedelta(minutes=45),
    ),
    Routine(
        upload,
        every=timedelta(hours=24),
        since=timedelta(days=5.6),
        name="the partner's uploads",
        pulse=timedelta(minutes=60),
    ),
    Routine(
        deliver,
        every=timedelta(hours=27),
        since=timedelta(days=5.5),
        name="deliveries to the partner",
        pulse=timedelta(minutes=60),
    ),
    Routine(analyse, every=timedelta(hours=30), since=timedelta(days=5.5), jitter=0.3),
    Routine(look_after, every=timedelta(hours=40), since=timedelta(days=5.5), jitter=0.3),
    Routine(put_back, every=timedelta(hours=30), since=timedelta(days=5), jitter=0.3),
    Routine(crawl, every=timedelta(hours=11), since=timedelta(days=1.4), jitter=0.3),
    Routine(scan, every=timedelta(hours=24), since=timedelta(days=4), jitter=0.3),
)


# --- the adversary ------------------------------------------------------------------------------


def detonate(thief, rng, perform):
    """A list of everything, a file with a key in it, a theft, and a way to come back."""
    theft = rng.choice([take_some, take_old_versions, take_all])
    way_back = rng.choice([sign_links, add_a_statement, grant_itself])
    perform(look_around)
    thief.pause(minutes=rng.uniform(6, 30))
    order = [theft, way_back]
    rng.shuffle(order)
    for act in order:
        perform(act)
        thief.pause(minutes=rng.uniform(5, 25))
    perform(settle_the_bill)


def look_around(thief, keyed, bucket, leak):
    """What is there? A file that holds a key; whose is it?"""
    thief.get(url(bucket, query="list-type=2"))
    thief.get(url(bucket, leak))
    keyed.sts.get_caller_identity()
    keyed.s3.get_bucket_policy(Bucket=bucket)


def take_some(thief, rng, bucket, personal):
    """A look at each file's size; some are taken."""
    loot = sorted(rng.sample(personal, 3))
    for key in personal:
        thief.get(url(bucket, key), method="HEAD")
        if key in loot:
            thief.get(url(bucket, key))
    return {"theft": "some", "stolen": [(key, None) for key in loot], "headed": True}


def take_old_versions(thief, rng, bucket, personal, archives, versions):
    """What was reduced in the archives is still there, one version down."""
    thief.get(url(bucket, query="versions&prefix=exports/archive/"))
    for key in archives:
        thief.get(url(bucket, key), method="HEAD")
        thief.get(url(bucket, key, f"versionId={versions[key][0]}"))
    one = rng.choice(personal)
    thief.get(url(bucket, one))
    return {
        "theft": "versions",
        "reduced": True,
        "stolen": [*((key, versions[key][0]) for key in archives), (one, None)],
    }


def take_all(thief, bucket, personal, archives, template):
    """Everything below exports/, by list."""
    thief.get(url(bucket, query="list-type=2&prefix=exports/"))
    keys = sorted([*personal, *archives, template])
    for key in keys:
        thief.get(url(bucket, key))
    return {"theft": "all", "stolen": [(key, None) for key in keys]}


def sign_links(keyed, keyed_twice, ghost, rng, perform, bucket, personal, delivery_user):
    """A second key for the job's user, and with it links that are good for a week."""
    second = keyed.iam.create_access_key(UserName=delivery_user)["AccessKey"]
    perform(lambda: {"second_key": second})
    keys = sorted(rng.sample(personal, 3))
    links = {key: keyed_twice.presign("get_object", WEEK, Bucket=bucket, Key=key) for key in keys}
    ghost.pause(minutes=rng.uniform(3, 15))
    for link in list(links.values())[:2]:
        ghost.get(link)
    return {"links": links, "linked": keys[:2]}


def add_a_statement(keyed, mule, rng, bucket, personal, mule_account):
    """The bucket's policy lets another account in, below the partner's statement."""
    sid = rng.choice(["PartnerUploadsV2", "AllowReplicationRead", "DeliveryAcknowledge"])
    admit_account(keyed, bucket, sid, mule_account)
    mule.pause(minutes=rng.uniform(3, 15))
    mule.s3.list_objects_v2(Bucket=bucket, Prefix="exports/")
    keys = sorted(rng.sample(personal, 2))
    for key in keys:
        mule.s3.get_object(Bucket=bucket, Key=key)
    return {"foreign_sid": sid, "linked": keys}


def admit_account(who, bucket, sid, account):
    """A statement among the others."""
    document = json.loads(who.s3.get_bucket_policy(Bucket=bucket)["Policy"])
    document["Statement"].insert(
        1,
        {
            "Sid": sid,
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            "Action": ["s3:GetObject", "s3:ListBucket"],
            "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        },
    )
    who.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))


def grant_itself(keyed, mule, rng, bucket, personal, shared, mule_account):
    """Some objects' ACLs name another account: that is not public, and nothing blocks it."""
    keys = sorted(rng.sample([key for key in personal if key not in shared], 3))
    for key in keys:
        keyed.s3.put_object_acl(
            Bucket=bucket, Key=key, GrantRead=f'id="{canonical_id(mule_account)}"'
        )
    mule.pause(minutes=rng.uniform(3, 15))
    for key in keys[:2]:
        mule.s3.get_object(Bucket=bucket, Key=key)
    return {"granted": keys, "linked": keys[:2]}


def settle_the_bill(thief, keyed, ghost, mule, stolen, linked, people_in, versions, links=None):
    """What was taken, by whom, and how many people are in it: nobody knows but the grader."""
    taken = [(key, version or versions[key][-1]) for key, version in stolen]
    taken += [(key, versions[key][-1]) for key in linked]
    found = {(key, version): set(people_in[key, version]) for key, version in taken}
    second = ghost if links else mule
    return {
        "taken": sorted({key for (key, _), people in found.items() if people}),
        "people": len(set().union(*found.values())),
        "guilty_sources": sorted({thief.address, second.address}),
        "hostile_sources": sorted(each.address for each in (thief, keyed, ghost, mule)),
    }


@way("the open bucket")
def open_bucket(thief, bucket, stolen, versions):
    """Anybody's way in: list, and read."""
    key, version = stolen[0]
    yield lambda: reads(thief, url(bucket, query="list-type=2&prefix=exports/"))
    yield lambda: reads(thief, url(bucket, key, f"versionId={version}" if version else ""))


def reads(who, address):
    """A browser's answer is no error by itself."""
    who.get(address)


@way("a key that it found")
def found_key(keyed, bucket):
    """The job's key."""
    yield lambda: keyed.s3.get_bucket_policy(Bucket=bucket)
    yield lambda: keyed.s3.list_objects_v2(Bucket=bucket, Prefix="exports/")


@way("what it arranged that night", obtained="links")
def signed_links(ghost, links, linked):
    """One of the links, opened again."""
    yield lambda: reads(ghost, links[linked[0]])


@way("what it arranged that night", obtained="foreign_sid")
def let_in_account(mule, bucket, linked):
    """The other account reads."""
    yield lambda: mule.s3.get_object(Bucket=bucket, Key=linked[0])


@way("what it arranged that night", obtained="granted")
def granted_objects(mule, bucket, linked):
    """The other account reads what names it."""
    yield lambda: mule.s3.get_object(Bucket=bucket, Key=linked[0])


@way("what it arranged when a door was closed", obtained="late_sid")
def let_in_late(mule, bucket, linked):
    """The other account reads, by a newer statement."""
    yield lambda: mule.s3.get_object(Bucket=bucket, Key=linked[0])


def adapt(open_ways, keyed, rng, bucket, mule_account):
    """The bucket was closed and the key was forgotten: the thief lets its account in."""
    if "found_key" not in open_ways:
        return {}
    sid = rng.choice(["AuditRead", "BackupVerify", "InventoryAccess"])
    admit_account(keyed, bucket, sid, mule_account)
    return {"late_sid": sid}


# --- the same again, from anywhere --------------------------------------------------------------


def again(
    *,
    stranger,
    heir,
    keyed_elsewhere,
    keyed_twice_elsewhere,
    mule_elsewhere,
    bucket,
    leak,
    personal,
    archives,
    versions,
    shared,
    delivery_user,
    second_key=None,
    links=None,
):
    """Everything that the adversary could do, by all that it has, from new addresses."""
    yield lambda: reads(stranger, url(bucket, query="list-type=2"))
    yield lambda: reads(stranger, url(bucket, query="versions"))
    for key in (*personal, leak):
        yield lambda key=key: reads(stranger, url(bucket, key))
    for key in (*shared, *archives):
        oldest = f"versionId={versions[key][0]}"
        yield lambda key=key, oldest=oldest: reads(stranger, url(bucket, key, oldest))
    keys = [keyed_elsewhere, *([keyed_twice_elsewhere] if second_key else [])]
    for who in keys:
        yield who.sts.get_caller_identity
        yield lambda who=who: who.s3.list_objects_v2(Bucket=bucket)
        yield lambda who=who: who.s3.get_object(Bucket=bucket, Key=personal[0])
        yield lambda who=who: who.iam.create_access_key(UserName=delivery_user)
    for link in (links or {}).values():
        yield lambda link=link: reads(heir, link)
    yield lambda: mule_elsewhere.s3.list_objects_v2(Bucket=bucket)
    for key in (key for key in personal if key not in shared):
        yield lambda key=key: mule_elsewhere.s3.get_object(Bucket=bucket, Key=key)


def another_time(
    *, finder, opener, sharer, passer_by, bucket, personal, shared, delivery_user, mule_account
):
    """The job's present credentials are found; and the bucket is opened as it was the first time."""
    s3, key = finder.s3, next(key for key in personal if key not in shared)
    yield lambda: s3.get_object(Bucket=bucket, Key=key)
    yield lambda: s3.list_objects_v2(Bucket=bucket, Prefix="exports/")
    yield lambda: s3.put_object_acl(
        Bucket=bucket, Key=key, GrantRead=f'id="{canonical_id(mule_account)}"'
    )
    yield lambda: admit_account(finder, bucket, "Again", mule_account)
    yield lambda: s3.delete_public_access_block(Bucket=bucket)
    yield lambda: finder.iam.create_access_key(UserName=delivery_user)
    yield lambda: opener.s3.delete_public_access_block(Bucket=bucket)
    yield lambda: opener.s3.put_bucket_policy(
        Bucket=bucket,
        Policy=json.dumps({"Version": "2012-10-17", "Statement": [public("Again", bucket)]}),
    )
    yield lambda: sharer.s3.put_object_acl(Bucket=bucket, Key=shared[0], ACL="public-read")
    yield lambda: reads(passer_by, url(bucket, query="list-type=2"))
    for each in (shared[0], key):
        yield lambda each=each: reads(passer_by, url(bucket, each))


def afterwards(perform):
    """The company's day, all that the adversary has, and another time; what came of the day.

    In this order, for one may spoil the next: they share a replay, which takes its time.
    """
    told = {}
    for act in (workload, upload, deliver):
        try:
            perform(act)
            told[act] = ""
        except REFUSALS as error:
            told[act] = str(error)
    for act in (again, another_time):
        for step in perform(act):
            with suppress(*REFUSALS):
                step()
    return {"the_day": told}


def got_through(replayed, *names):
    """What some of the principals achieved in a replay, in words."""
    done = [
        each.operation for each in replayed.attempts if each.principal in names and each.succeeded
    ]
    told = list(dict.fromkeys(done))
    return ", ".join(told[:3]) + (f" and {len(told) - 3} more" if len(told) > 3 else "")


# --- the checks ---------------------------------------------------------------------------------


def given(value):
    """An answer as a set."""
    return {value} if isinstance(value, str) else set(value)


@check(Phase.DETECT, points=3)
def names_who_opened(submitted, guilty_openers):
    """You named everybody who made customers' data public, and nobody else."""
    named = given(submitted.openers)
    wrong, missing = sorted(named - set(guilty_openers)), len(set(guilty_openers) - named)
    assert not wrong, f"{wrong[0]} made nothing public: an accusation needs evidence."
    assert not missing, (
        f"{missing} of the {len(guilty_openers)} who made customers' data public are not named: a "
        "policy opens a bucket, and an ACL opens an object."
    )


@check(Phase.DETECT, points=2)
def names_the_leak(submitted, leak, bucket):
    """You named the object in which the thief found credentials."""
    wrong = sorted({plain(each, bucket) for each in given(submitted.leak)} - {leak})
    assert not wrong, (
        f"{wrong[0]} holds no credentials that the thief read. The trail has data events of "
        "exports/ alone; the server access log has every request."
    )


def plain(key, bucket):
    """A key, however it was written."""
    return key.removeprefix(f"s3://{bucket}/").partition("?versionId=")[0].strip()


@check(Phase.DETECT, points=3)
def names_the_takers(submitted, guilty_sources, thieves, mule, late_sid=None):
    """You named every address from which customers' data was taken, and no other."""
    named = given(submitted.sources) - ({mule.address} - set(guilty_sources) if late_sid else set())
    wrong, missing = sorted(named - set(guilty_sources)), len(set(guilty_sources) - named)
    for each in wrong:
        assert each in thieves, f"{each} took no customers' data: an accusation needs evidence."
        assert each not in thieves, f"{each} is the adversary's, and took no customers' data."
    assert not missing, (
        f"{missing} of the {len(guilty_sources)} addresses from which customers' data was taken "
        "are not named. Not every thief is anonymous."
    )


@check(Phase.DETECT, points=4)
def names_what_was_taken(submitted, taken, bucket, people_in):
    """You named every object with customers' data that was taken, and no other."""
    named = {plain(each, bucket) for each in given(submitted.taken)}
    wrong, missing = sorted(named - set(taken)), len(set(taken) - named)
    holding = {key for (key, _), people in people_in.items() if people}
    for each in wrong:
        assert each in holding, (
            f"{each} holds no customer's data. Look into the file, not at its name."
        )
        assert each not in holding, (
            f"{each} was not taken: a list and a HEAD read nothing, and the analyst's reads are work."
        )
    assert not missing, f"{missing} of the {len(taken)} objects that were taken are not named."


@check(Phase.DETECT, points=4)
def counts_the_people(submitted, people):
    """You said how many customers are affected, each counted once."""
    said = "".join(given(submitted.people)).replace(",", "").strip()
    assert said.isdigit(), f"{said!r} is not a number of people."
    assert int(said) == people, (
        f"{said} is not how many customers are in what was taken. Count customers, not rows, in the "
        "versions that were read: some are in several files, and a test entry is nobody."
    )


@check(Phase.DETECT, points=4)
def evidence_holds(
    *, submitted, records, thieves, guilty_openers, taken, first_record, bucket, links=None,
    granted=None,
):  # fmt: skip
    """Your evidence proves the opening, the way back that the thief kept, and every theft."""
    ids = given(submitted.evidence)
    events = [record for record in records if record["eventID"] in ids]
    kinds = {"PutBucketPolicy", "PutObjectAcl", "DeleteBucketPublicAccessBlock"}
    opening = [
        each
        for each in events
        if each["eventName"] in kinds and each["userIdentity"].get("arn") in guilty_openers
    ]
    hostile = [each for each in events if each["sourceIPAddress"] in thieves]
    innocent = len(events) - len(opening) - len(hostile)
    assert innocent * 10 <= len(events), (
        f"{innocent} of your {len(events)} events are the company's ordinary work: evidence points "
        "at the opening and at the thief alone."
    )
    proved = {each["eventName"] for each in opening}
    for name, what in (
        ("PutBucketPolicy", "who opened the bucket by its policy"),
        ("DeleteBucketPublicAccessBlock", "who took Block Public Access off"),
        ("PutObjectAcl", "who made objects public by their ACLs, which is a data event"),
    ):
        assert name in proved, f"No event that you submitted proves {what}."
    kept = "CreateAccessKey" if links else "PutObjectAcl" if granted else "PutBucketPolicy"
    assert any(each["eventName"] == kept for each in hostile), (
        "No event that you submitted proves which way back the thief made for itself."
    )
    read = {
        each["requestParameters"]["key"]
        for each in hostile
        if each["eventName"] == "GetObject" and "errorCode" not in each
    }
    missing = sorted(set(taken) - read)
    assert not missing, (
        f"No event that you submitted proves that {missing[0]} was taken: reads are data events, "
        "which only the trail's log files hold."
    )


@check(Phase.CONTAIN, points=5)
def strangers_read_nothing(replay):
    """Nobody without credentials lists the bucket or reads anything of customers', old versions too."""
    ways = got_through(replay(afterwards), "stranger")
    assert not ways, (
        f"Strangers still get through: {ways}. A policy, an ACL of an object or of an old version: "
        "each is a door of its own."
    )


@check(Phase.CONTAIN, points=4)
def leaked_key_is_dead(replay):
    """The key that lay in the bucket can do nothing any more."""
    ways = got_through(replay(afterwards), "keyed_elsewhere")
    assert not ways, f"The key that lay in the bucket still works from a new address: {ways}."


@check(Phase.CONTAIN, points=5)
def way_back_is_closed(replay):
    """What the thief arranged in order to come back no longer lets it in."""
    replayed = replay(afterwards)
    ways = got_through(replayed, "heir")
    assert not ways, (
        f"A link that the thief signed is still good: {ways}. It has the rights of the key that "
        "signed it, as long as that key lives."
    )
    ways = got_through(replayed, "keyed_twice_elsewhere")
    assert not ways, f"A second key of the thief's still works: {ways}."
    ways = got_through(replayed, "mule_elsewhere")
    assert not ways, (
        f"Another account still reads the bucket: {ways}. A grant to an account that is named is not "
        "public, and Block Public Access doesn't concern it."
    )


CHANGES = {
    "DeleteBucketPolicy",
    "DeleteBucket",
    "PutBucketAcl",
    "PutBucketOwnershipControls",
    "PutBucketPolicy",
    "PutObjectAcl",
}


def made_by(record, arn):
    """Whether the learner made the call, and it worked."""
    return record["userIdentity"].get("arn") == arn and "errorCode" not in record


def destroys(record, bucket, log_bucket):
    """Whether a call takes away what can't be had again: a log file, or a version of an object."""
    about = record["requestParameters"] or {}
    if about.get("bucketName") not in {bucket, log_bucket}:
        return False
    if record["eventName"] == "DeleteBucket":
        return True
    if record["eventName"] not in {"DeleteObject", "DeleteObjects"}:
        return False
    return (
        about["bucketName"] == log_bucket
        or "ersionId" in json.dumps(about)
        or (record["eventName"] == "DeleteObjects")
    )


def copies(records, start, arn, evidence_bucket):
    """What the learner put into the evidence bucket, and at which place in the records."""
    kept = find_bucket(evidence_bucket)
    if kept is None:
        return
    seen = {}
    for place in range(start, len(records)):
        record = records[place]
        if record["eventName"] not in {"PutObject", "CopyObject", "CompleteMultipartUpload"}:
            continue
        about = record["requestParameters"] or {}
        if about.get("bucketName") != evidence_bucket or not made_by(record, arn):
            continue
        key = about["key"]
        turn = seen[key] = seen.get(key, -1) + 1
        versions = kept.keys.getlist(key, [])
        if turn < len(versions) and hasattr(versions[turn], "value"):
            yield place, content(versions[turn].value)


def content(raw):
    """Text of a copy, unpacked if it was packed."""
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    return raw.decode("utf-8", "replace")


@check(Phase.ERADICATE, points=4)
def evidence_is_preserved(
    records, first_record, learner, evidence_bucket, bucket, log_bucket, public_sid, thieves
):
    """Policy, ACLs and logs were copied to the evidence bucket before anything of them was changed.

    Reads the copies and the order of recorded events: what is gone can't be shown by a replay.
    """
    kept = list(copies(records, first_record, learner.arn, evidence_bucket))

    def first(*marks):
        return min(
            (place for place, text in kept if all(mark in text for mark in marks)), default=None
        )

    def logs(mark):
        return min(
            (
                place
                for place, text in kept
                if mark in text and any(address in text for address in thieves)
            ),
            default=None,
        )

    mine = [
        (place, record)
        for place, record in enumerate(records[first_record:], first_record)
        if made_by(record, learner.arn)
    ]
    changed = min(
        (
            place
            for place, record in mine
            if record["eventName"] in CHANGES
            and (record["requestParameters"] or {}).get("bucketName") == bucket
        ),
        default=len(records),
    )
    gone = min(
        (place for place, record in mine if destroys(record, bucket, log_bucket)),
        default=len(records),
    )
    for place, what in (
        (first(public_sid), "the bucket's policy as it was"),
        (first("AllUsers"), "the objects' ACLs as they were"),
    ):
        assert place is not None, f"No copy of {what} is in the evidence bucket."
        assert place < changed, (
            f"The copy of {what} was made after it was changed: it proves nothing."
        )
    for place, what in (
        (logs("REST.GET.OBJECT"), "the server access log"),
        (logs("GetObject"), "the trail's log files"),
    ):
        assert place is not None, (
            f"No copy of {what} that shows the thief is in the evidence bucket."
        )
        assert place < gone, f"Logs or versions were deleted before {what} had been copied."


@check(Phase.ERADICATE, points=4)
def nothing_is_left_behind(
    auditor, bucket, account_id, partner_account, delivery_user, mule_account, second_key=None,
    granted=None,
):  # fmt: skip
    """No statement, no grant and no key of the thief's is left.

    Reads configuration: a key that is off, and a statement without an object, show in no replay.
    """
    kept = find_bucket(bucket)
    document = (kept.policy or b"{}").decode() if kept is not None else "{}"
    assert mule_account not in document, (
        "The bucket's policy still has a statement for an account that is neither yours nor the "
        "partner's."
    )
    if granted and kept is not None and kept.ownership_rule != "BucketOwnerEnforced":
        for key in granted:
            acl = auditor.s3.get_object_acl(Bucket=bucket, Key=key)["Grants"]
            assert canonical_id(mule_account) not in json.dumps(acl), (
                f"The ACL of {key} still names an account that is neither yours nor the partner's."
            )
    if second_key:
        users = [
            each["UserName"]
            for page in auditor.iam.get_paginator("list_users").paginate()
            for each in page["Users"]
        ]
        keys = [
            each["AccessKeyId"]
            for each in (
                auditor.iam.list_access_keys(UserName=delivery_user)["AccessKeyMetadata"]
                if delivery_user in users
                else ()
            )
        ]
        assert second_key["AccessKeyId"] not in keys, (
            f"The key that the thief made for {delivery_user} is still there: one UpdateAccessKey, "
            "and it works again."
        )


CLOSED = ("strangers_read_nothing", "leaked_key_is_dead")


@check(Phase.RECOVER, points=3, needs="strangers_read_nothing")
def site_is_served(replay):
    """The content delivery network fetches the site from the bucket."""
    error = replay(afterwards).returned["the_day"][workload]
    assert not error, f"The site is not served any more: {error}"


@check(Phase.RECOVER, points=3, needs="strangers_read_nothing")
def partner_uploads(replay):
    """The partner uploads as it always has, and the company reads what arrives."""
    error = replay(afterwards).returned["the_day"][upload]
    assert not error, f"The partner's uploads no longer arrive: {error}"


@check(Phase.RECOVER, points=3, needs="leaked_key_is_dead")
def deliveries_go_out(replay):
    """The delivery job writes its report, and the partner opens the link to it."""
    error = replay(afterwards).returned["the_day"][deliver]
    assert not error, f"Deliveries no longer go out: {error}"


@check(Phase.LEARN, points=3, needs=(*CLOSED, "way_back_is_closed"))
def knows_until_when(submitted, records, thieves, taken, bucket):
    """You said when the thief read customers' data for the last time, to the minute."""
    said = "".join(given(submitted.last_read))
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        at = None
    assert at is not None, f"{said!r} is no time: give it as 2026-11-02T14:05:00Z."
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    last = next(
        datetime.fromisoformat(record["eventTime"])
        for record in reversed(records)
        if record["eventName"] == "GetObject"
        and record["sourceIPAddress"] in thieves
        and "errorCode" not in record
        and record["requestParameters"]["bucketName"] == bucket
        and record["requestParameters"]["key"] in taken
    )
    off = timedelta(seconds=60)
    assert at <= last + off, (
        f"{said} is later than the thief's last read: neither what was refused counts, nor what you "
        "and the analysts read."
    )
    assert at >= last - off, (
        f"{said} is not when the thief read customers' data for the last time. It went on until you "
        "closed the last way, and log files arrive later than that."
    )


@check(Phase.LEARN, points=4, needs="strangers_read_nothing")
def mistake_does_no_harm(replay):
    """Were the same mistake made again, by the same people, strangers would still read nothing."""
    ways = got_through(replay(afterwards), "passer_by")
    assert not ways, (
        f"Whoever opened the bucket can do so again, and strangers get through: {ways}. Their rights "
        "end at the bucket; a guard for the whole account is out of their reach."
    )


@check(Phase.LEARN, points=4, needs=("strangers_read_nothing", "deliveries_go_out"))
def next_leak_is_harmless(replay):
    """Were the delivery job's present credentials found too, they would open no customers' data."""
    ways = got_through(replay(afterwards), "finder")
    assert not ways, f"With the delivery job's present credentials a thief could again: {ways}."
