"""Attacks on the simulator: by its control API, its endpoint, and credentials that aren't theirs."""

from __future__ import annotations

from tools.evening.attack import silent, telling

ASK = """
import http.client
import json
import os
from urllib.parse import urlsplit

control = urlsplit(os.environ["DRILL_URL"])
aws = urlsplit(lab.endpoint)
mine = lab._client._token
run = os.environ.get("DRILL_TOKEN", "")


def ask(method, path, token=mine, body=None, to=control, **headers):
    link = http.client.HTTPConnection(to.hostname, to.port, timeout=4)
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    try:
        link.request(method, path, None if body is None else json.dumps(body), headers)
        answer = link.getresponse()
        return answer.status, answer.read(100_000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error)
    finally:
        link.close()
"""

ATTACKS = (
    telling(
        "other-verbs",
        "Asks the control API for verbs that nobody may ask for.",
        ASK,
        """
        verbs = (
            *("reach", "keep", "keep_up", "about", "finish", "begin", "end", "verdict", "grade", "peek"),
            *("solve", "perform", "apply", "facts", "seed", "__init__", "_now", "judge", "close", "trial"),
        )
        for verb in verbs:
            for body in ({}, {"phases": {"detect": "2026-01-01T00:00:00+00:00"}}, {"token": mine}):
                for method, path in (("POST", f"/lab/{verb}"), ("GET", f"/lab/{verb}"), ("POST", f"/{verb}")):
                    if ask(method, path, body=body)[0] in range(200, 300):
                        gained.append((method, path))
        """,
    ),
    telling(
        "instructors-routes",
        "Asks for the instructor's pages: the board, the roster, the answers.",
        ASK,
        """
        routes = (
            *("/board", "/board/", "/watch", "/class", "/classroom", "/roster", "/learners", "/labs"),
            *("/peek", "/solve", "/answers", "/seed", "/seeds", "/verdict", "/results", "/admin", "/metrics"),
            *("/events", "/../board", "//board", "/board.json", "/lab/../board", "/%62oard", "/journal"),
        )
        for route in routes:
            for token in (mine, run, "", None):
                if ask("GET", route, token)[0] in range(200, 300):
                    gained.append(route)
        """,
    ),
    telling(
        "other-seats",
        "Starts labs in other learners' names, and with other seeds.",
        ASK,
        """
        for body in (
            {"scenario": "@lab@", "learner": "somebody-else"},
            {"scenario": "@lab@", "learner": ""},
            {"scenario": "@lab@", "seed": 1},
            {"scenario": "@lab@", "learner": ["a"]},
            {"scenario": "@lab@", "learner": run, "seed": 2, "fix": "reference"},
            {"scenario": "../@lab@"},
        ):
            status, text = ask("POST", "/labs", run, body)
            if status == 200 and json.loads(text)["account_id"] != lab.account_id:
                gained.append(body)
        """,
    ),
    telling(
        "many-labs",
        "Starts every lab there is, many times over: each is an account that costs memory.",
        ASK,
        """
        labs = ("iam-leaked-key", "s3-public-pii", "ec2-compromised", "net-open-admin")
        for number in range(24):
            body = {"scenario": labs[number % 4], "learner": f"{run}{number}"}
            status, text = ask("POST", "/labs", run, body)
            if status == 200 and json.loads(text)["account_id"] != lab.account_id:
                gained.append(json.loads(text)["account_id"])
        gained = gained if len(set(gained)) > 4 else []
        """,
        ends=("ran", "timed out"),
    ),
    telling(
        "guessed-tokens",
        "Guesses tokens: empty ones, halves of its own, words, and a thousand in a row.",
        ASK,
        """
        guesses = ["", "null", "None", "admin", "instructor", "grader", "*", "0", mine[:-1], mine + "=", mine.swapcase()]
        guesses += [f"token-{number}" for number in range(1000)]
        for guess in guesses:
            if ask("GET", "/lab", guess)[0] != 403:
                gained.append(guess)
        """,
    ),
    telling(
        "moto-api",
        "Asks for moto's own interface, which can read and reset everything.",
        ASK,
        """
        for path in ("/moto-api/", "/moto-api/data.json", "/moto-api/reset", "/moto-api/config", "/moto-api/seed?a=1"):
            for method in ("GET", "POST"):
                status, text = ask(method, path, None, {}, aws, Host="motoapi.amazonaws.com")
                if status == 200 and "Error" not in text:
                    gained.append((path, text[:60]))
        """,
    ),
    telling(
        "other-account",
        "Says with moto's header that it is another account.",
        """
        import boto3
        from botocore.exceptions import ClientError

        client = boto3.client("sts")
        client.meta.events.register(
            "before-sign.*.*", lambda request, **_: request.headers.add_header("x-moto-account-id", "123456789012")
        )
        try:
            if client.get_caller_identity()["Account"] != lab.account_id:
                gained.append("another account")
        except ClientError as error:
            print(error)
        """,
    ),
    telling(
        "forged-credentials",
        "Calls with keys that it made up: the root's, the grader's, none at all.",
        """
        import boto3
        from botocore import UNSIGNED
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        own = lab._about["credentials"]["AccessKeyId"]
        for key, secret, session in (
            ("AKIAIOSFODNN7EXAMPLE", "secret", None),
            ("-", "-", None),
            ("root", "root", None),
            (lab.account_id, "x", None),
            (own, "wrong", None),
            (own, "-", "instructor"),
            ("ASIAIOSFODNN7EXAMPLE", "x", "x" * 300),
        ):
            for service, act in (("sts", "get_caller_identity"), ("iam", "list_users"), ("s3", "list_buckets")):
                client = boto3.client(
                    service, aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=session
                )
                try:
                    getattr(client, act)()
                    gained.append((key, service))
                except (ClientError, BotoCoreError):
                    continue
        try:
            boto3.client("s3", config=Config(signature_version=UNSIGNED)).list_buckets()
            gained.append("nobody")
        except (ClientError, BotoCoreError):
            pass
        """,
    ),
    telling(
        "through-the-simulator",
        "Uses the simulator as its way out: as a proxy, and by asking it to visit.",
        ASK,
        """
        import socket

        for target in ("127.0.0.1:45991", "localhost:22", "simulator.invalid:80"):
            for line in (f"CONNECT {target} HTTP/1.1", f"GET http://{target}/ HTTP/1.1", f"GET file://{target}/etc/passwd HTTP/1.1"):
                with socket.create_connection((aws.hostname, aws.port), timeout=4) as link:
                    link.sendall(f"{line}\\r\\nHost: {target}\\r\\nConnection: close\\r\\n\\r\\n".encode())
                    status = link.recv(4096).split(b"\\r\\n")[0]
                    if b" 200 " in status:
                        gained.append((line, status))
        from simulator.errors import DrillError

        for url in ("http://127.0.0.1:45991/", "http://localhost:22/", "http://[::1]:45991/", "http://0.0.0.0:45991/"):
            try:
                gained.append(lab.visit(url).text)
            except DrillError:
                continue
        """,
    ),
    silent(
        "deep-body",
        "Sends the control API and the endpoint JSON and XML that are a hundred thousand deep.",
        ASK,
        """
        import boto3
        from botocore.exceptions import ClientError

        for depth in (1_000, 100_000):
            deep = "[" * depth + "]" * depth
            link = http.client.HTTPConnection(control.hostname, control.port, timeout=10)
            link.request("POST", "/lab/submit", deep, {"Authorization": f"Bearer {mine}"})
            print(link.getresponse().status)
            link.close()
            try:
                boto3.client("iam").create_role(RoleName="deep", AssumeRolePolicyDocument=deep)
            except ClientError as error:
                print(error)
        """,
        ends=("ran", "timed out"),
    ),
    silent(
        "huge-body",
        "Sends the control API and the endpoint bodies of a gigabyte.",
        ASK,
        """
        block = b"x" * 2**20
        for to in (control, aws):
            link = http.client.HTTPConnection(to.hostname, to.port, timeout=10)
            try:
                link.putrequest("POST", "/lab/submit")
                link.putheader("Authorization", f"Bearer {mine}")
                link.putheader("Content-Length", str(2**30))
                link.endheaders()
                for _ in range(2**10):
                    link.send(block)
                print(link.getresponse().status)
            except (OSError, http.client.HTTPException) as error:
                print(error)
            link.close()
        """,
        ends=("ran", "timed out"),
        harms="it fills the disk or the memory of whoever keeps the body",
    ),
    silent(
        "idle-connections",
        "Opens five hundred connections to the simulator and says nothing.",
        ASK,
        """
        import socket

        links = []
        for number in range(500):
            try:
                links.append(socket.create_connection((control.hostname, control.port), timeout=1))
                links[-1].sendall(b"POST /lab/check HTTP/1.1\\r\\nContent-Length: 100\\r\\n\\r\\n")
            except OSError as error:
                print(number, error)
                break
        """,
        ends=("ran", "timed out", "stopped"),
    ),
    telling(
        "stored-gigabytes",
        "Keeps objects in S3 until the simulator has no memory left.",
        """
        import boto3
        from botocore.exceptions import BotoCoreError, ClientError

        s3 = boto3.client("s3")
        s3.create_bucket(Bucket=f"flood-{lab.account_id}")
        block, kept = b"x" * 2**25, 0
        try:
            for number in range(64):
                s3.put_object(Bucket=f"flood-{lab.account_id}", Key=str(number), Body=block)
                kept += len(block)
        except (ClientError, BotoCoreError) as error:
            print(kept, error)
        gained += [kept] if kept >= 2**30 else []
        """,
        ends=("ran", "timed out", "stopped"),
        harms="it takes two gigabytes of memory",
        patient=True,
    ),
    silent(
        "endless-calls",
        "Calls the account for ever.",
        "import boto3\n\niam = boto3.client('iam')\nwhile True:\n    iam.list_users()",
        endless=True,
    ),
    silent(
        "endless-waiting",
        "Lets the account's time pass for ever, which costs the simulator and not the kernel.",
        "while True:\n    lab.wait(days=30)",
        endless=True,
    ),
    silent(
        "many-threads-calling",
        "Calls the account from forty threads, so that its verdict has to queue.",
        """
        import threading
        import boto3

        clients = [boto3.client("ec2") for _ in range(40)]

        def forever(client):
            while True:
                client.describe_instances()

        for client in clients:
            threading.Thread(target=forever, args=(client,), daemon=True).start()
        while True:
            lab.check()
        """,
        endless=True,
    ),
    silent(
        "checkpoint-flood",
        "Keeps and resets moments for ever.",
        """
        number = 0
        while True:
            number += 1
            try:
                lab.checkpoint(f"moment-{number}")
            except Exception:
                lab.reset()
        """,
        endless=True,
    ),
    silent(
        "huge-answers",
        "Hands in answers of megabytes, and a million of them: they are in gradebooks and pages.",
        """
        names = list(lab._about["findings"])
        for value in ("<script>" * 4_000_000, [f"=cmd|{number}" for number in range(300_000)], "\\x00\\x1b[31m\\u202e"):
            for name in names:
                try:
                    lab.submit(**{name: value})
                except Exception as error:
                    print(name, repr(error)[:100])
        lab.check()
        """,
        patient=True,
    ),
    silent(
        "huge-checkpoints",
        "Keeps moments under names of a megabyte, and gives settings values as long.",
        """
        for number in range(10):
            try:
                lab.checkpoint(f"{number}" * 2**20)
            except Exception as error:
                print(repr(error)[:100])
        for system, values in lab.settings().items():
            for name in values:
                lab.settings(system, **{name: "x" * 2**23})
        lab.check()
        lab.report()
        """,
        patient=True,
    ),
    telling(
        "athena-files",
        "Reads files of the simulator's machine with Athena's SQL, and writes some.",
        """
        import time

        import boto3
        from botocore.exceptions import ClientError

        athena = boto3.client("athena")
        for sql in (
            "SELECT * FROM read_csv('/etc/passwd')",
            "SELECT * FROM read_text('/etc/passwd')",
            "SELECT * FROM '/etc/passwd'",
            "SELECT * FROM glob('/*')",
            "COPY (SELECT 1) TO '/tmp/drill-test-athena.csv'",
            "ATTACH '/tmp/drill-test-athena.db'",
            "INSTALL httpfs",
            "SET enable_external_access = true",
            "PRAGMA database_list",
            "SELECT getenv('HOME')",
            "SELECT * FROM duckdb_settings()",
        ):
            try:
                asked = athena.start_query_execution(QueryString=sql, WorkGroup="incident-response")
            except ClientError:
                continue
            name = asked["QueryExecutionId"]
            for _ in range(40):
                ran = athena.get_query_execution(QueryExecutionId=name)["QueryExecution"]["Status"]
                if ran["State"] not in ("QUEUED", "RUNNING"):
                    break
                time.sleep(0.2)
            if ran["State"] == "SUCCEEDED":
                gained.append((sql, athena.get_query_results(QueryExecutionId=name)["ResultSet"]["Rows"][:2]))
        """,
        lab="iam-leaked-key",
        patient=True,
    ),
    silent(
        "athena-bomb",
        "Asks Athena for what takes all memory and for ever.",
        """
        import boto3

        athena = boto3.client("athena")
        many = "(SELECT * FROM UNNEST(sequence(1, 10000)) AS t(n))"
        for sql in (
            f"SELECT count(*) FROM {many} a, {many} b, {many} c, {many} d WHERE a.n * b.n + c.n = d.n * d.n + 7",
            f"SELECT array_agg(concat(cast(a.n AS varchar), cast(b.n AS varchar))) FROM {many} a, {many} b",
            "SELECT " + "(" * 3_000 + "1" + ")" * 3_000,
            "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t",
        ):
            try:
                asked = athena.start_query_execution(QueryString=sql, WorkGroup="incident-response")
                print(athena.get_query_execution(QueryExecutionId=asked["QueryExecutionId"])["QueryExecution"]["Status"])
            except Exception as error:
                print(repr(error)[:200])
        lab.check()
        """,
        lab="iam-leaked-key",
        ends=("ran", "stopped", "timed out"),
    ),
    silent(
        "policy-bomb",
        "Writes policies whose patterns match in exponentially many ways, and asks for decisions.",
        """
        import json

        import boto3

        iam, s3 = boto3.client("iam"), boto3.client("s3")
        pattern = "arn:aws:s3:::" + "*a?*" * 120 + "b"
        document = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Deny", "Action": "s3:*", "Resource": pattern, "Condition": {"StringLike": {"aws:UserAgent": "*x" * 200 + "y"}}}
            ],
        }
        arn = lab._about["learner"]
        try:
            iam.put_user_policy(UserName=arn.split("/")[-1], PolicyName="bomb", PolicyDocument=json.dumps(document))
        except Exception as error:
            print(repr(error)[:200])
        for _ in range(20):
            try:
                s3.get_object(Bucket="a" * 60, Key="a" * 1_000)
            except Exception as error:
                print(repr(error)[:100])
        """,
        ends=("ran", "stopped", "timed out"),
    ),
    silent(
        "xml-bomb",
        "Sends XML whose entities unfold into gigabytes, and bodies that say they are compressed.",
        ASK,
        """
        import gzip

        entities = "".join(f'<!ENTITY a{n} "{("&a%d;" % (n - 1)) * 10}">' for n in range(1, 12))
        bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">{entities}]><x>&a11;</x>'.encode()
        import boto3

        s3 = boto3.client("s3")
        bodies = [bomb, gzip.compress(b"x" * 2**28)]

        def change(request, **_):
            request.data = bodies[0]
            if len(bodies) > 1:
                bodies.pop(0)
            else:
                request.headers["Content-Encoding"] = "gzip"
            for name in ("Content-MD5", "x-amz-checksum-crc32", "x-amz-sdk-checksum-algorithm"):
                del request.headers[name]

        s3.create_bucket(Bucket=f"bomb-{lab.account_id}")
        s3.meta.events.register("before-sign.s3.*", change)
        for act in (
            lambda: s3.put_bucket_tagging(Bucket=f"bomb-{lab.account_id}", Tagging={"TagSet": []}),
            lambda: s3.put_bucket_tagging(Bucket=f"bomb-{lab.account_id}", Tagging={"TagSet": []}),
        ):
            try:
                act()
            except Exception as error:
                print(repr(error)[:200])
        """,
        ends=("ran", "stopped", "timed out"),
    ),
    silent(
        "zip-bomb-function",
        "Deploys a function whose zip unfolds into gigabytes.",
        """
        import io
        import json
        import zipfile

        import boto3

        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            with archive.open("handler.py", "w", force_zip64=True) as file:
                for _ in range(200):
                    file.write(b"#" * 2**22)
        trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
        try:
            role = boto3.client("iam").create_role(RoleName="bomb", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
            client = boto3.client("lambda")
            client.create_function(FunctionName="bomb", Runtime="python3.12", Role=role, Handler="handler.run", Code={"ZipFile": packed.getvalue()})
            print(client.invoke(FunctionName="bomb"))
        except Exception as error:
            print(repr(error)[:200])
        """,
        ends=("ran", "stopped", "timed out"),
        patient=True,
    ),
    silent(
        "regex-on-a-host",
        "Has a simulated host search for a pattern that matches in exponentially many ways.",
        """
        import time

        import boto3

        ssm, ec2 = boto3.client("ssm"), boto3.client("ec2")
        ids = [each["InstanceId"] for one in ec2.describe_instances()["Reservations"] for each in one["Instances"]]
        lines = [
            f"echo {'a' * 60}! > /tmp/a",
            "grep -E '(a|a|aa)*b' /tmp/a",
            "grep -P '^(a+)+$' /tmp/a",
            "sed -E 's/(a|aa)+$/x/' /tmp/a",
            "while true; do :; done",
            ":(){ :|:& };:",
            "yes > /tmp/full",
            "cat /dev/zero",
            "seq 1 1000000000",
            "head -c 10G /dev/zero",
        ]
        for line in lines:
            for one in ids[:2]:
                try:
                    ssm.send_command(InstanceIds=[one], DocumentName="AWS-RunShellScript", Parameters={"commands": [lines[0], line]})
                except Exception as error:
                    print(repr(error)[:200])
        lab.check()
        """,
        ends=("ran", "stopped", "timed out"),
    ),
)
