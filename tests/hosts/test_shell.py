"""The small shell of a host."""

from __future__ import annotations

import pytest

from simulator.hosts import Host, Process
from simulator.hosts.resident import Resident
from tests.hosts.conftest import Site

TOKEN = (
    'TOKEN=`curl -sX PUT "http://169.254.169.254/latest/api/token" '
    '-H "X-aws-ec2-metadata-token-ttl-seconds: 21600"` && curl -s '
    '-H "X-aws-ec2-metadata-token: $TOKEN" http://169.254.169.254/latest/meta-data/instance-id'
)


@pytest.fixture
def who(site: Site) -> Resident:
    miner = Process("xmrig", "/tmp/xmrig -o pool", user="nginx", cpu=97.0)
    files = {"/etc/app.conf": "user=app\nsecret=1\n", "/srv/.env": "KEY=1\n", "/srv/a b": "x\n"}
    return site.on(site.launch(host=Host(processes=[miner], files=files)))


def test_the_documented_way_to_ask_version_two_works(site: Site, who: Resident) -> None:
    made = site.launch(MetadataOptions={"HttpTokens": "required"})
    assert site.on(made).run(TOKEN).out == made["InstanceId"]


@pytest.mark.parametrize(
    ("script", "out", "code"),
    [
        ("echo a; echo b", "a\nb\n", 0),
        ("cat /nope && echo b", "", 1),
        ("cat /nope || echo b", "b\n", 0),
        ("echo 'a; b' | grep 'a;'", "a; b\n", 0),
        ('echo "a | b"', "a | b\n", 0),
        ("X=1\necho $X ${X}2 '$X'", "1 12 $X\n", 0),
        ("echo $(whoami)", "root\n", 0),
        ("cat /etc/app.conf | grep secret", "secret=1\n", 0),
        ("grep -v secret /etc/app.conf", "user=app\n", 0),
        ("ls /srv", "a b\n", 0),
        ("ls -a /srv", ".env\na b\n", 0),
        ("cat '/srv/a b'  # comment", "x\n", 0),
        ("ls /nope", "", 2),
        ("rm /nope", "", 1),
        ("rm -f /nope", "", 0),
        ("rm -rf /srv; ls /srv", "", 2),
        ("echo new > /tmp/x; cat /tmp/x", "new\n", 0),
        ('echo "a > b"', "a > b\n", 0),
        ("echo a >> /tmp/x; echo b >> /tmp/x; cat /tmp/x", "a\nb\n", 0),
        ("cat /nope 2>/dev/null || echo gone", "gone\n", 0),
        ("cat /nope 2>&1 | grep -c No", "1\n", 0),
        ("grep 'user\\|x(' /etc/app.conf", "user=app\n", 0),
        ("grep -Ei 'USER|nothing' /etc/app.conf", "user=app\n", 0),
        ("grep -F 's.r' /etc/app.conf", "", 1),
        ("cat /nope > /tmp/x 2>&1; cat /tmp/x", "cat: /nope: No such file or directory\n", 0),
        ("echo a &>/dev/null", "", 0),
        ("echo a#b # comment; echo c", "a#b\n", 0),
        ("echo '#' a", "# a\n", 0),
        ("sudo whoami", "root\n", 0),
        ("false || true && echo b", "b\n", 0),
        ("true; false", "", 1),
        ("find /srv -name '*b'", "/srv/a b\n", 0),
        ("find /nope", "", 1),
        ("find /nope /srv /etc -name '*.conf' 2>/dev/null", "/etc/app.conf\n", 1),
        ("umount /mnt", "", 32),
        ("umount", "", 32),
        ("head -1 /etc/app.conf", "user=app\n", 0),
        ("cat /etc/app.conf | tail -n 1", "secret=1\n", 0),
        ("cat /etc/app.conf | sort | head -n1", "secret=1\n", 0),
        ("wc -l /etc/app.conf", "2 /etc/app.conf\n", 0),
        ("pgrep -l xmr | grep -v systemd | wc -w", "2\n", 0),
        ("pgrep nothing", "", 1),
        (
            "echo -n | sha256sum '/srv/a b'",
            "73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac  /srv/a b\n",
            0,
        ),
        ("pkill nothing", "", 1),
        ("kill 99999", "", 1),
        ("nmap 10.0.0.0/8", "", 127),
        ("echo 'open", "", 2),
        ("curl -sf http://169.254.169.254/nope", "", 22),
        ("curl http://127.0.0.1:9/", "", 7),
        ("curl", "", 2),
        ("", "", 0),
    ],
)
def test_scripts(who: Resident, script: str, out: str, code: int) -> None:
    done = who.run(script)
    assert (done.out, done.code) == (out, code)


def test_what_is_not_installed_is_not_found(who: Resident) -> None:
    assert who.run("nmap -sS").err == "bash: line 1: nmap: command not found\n"


def test_a_process_is_killed_by_its_number(who: Resident) -> None:
    pid = next(line.split()[1] for line in who.run("ps aux").out.splitlines() if "xmrig" in line)
    assert who.run(f"kill -9 {pid}").code == 0
    assert "xmrig" not in who.run("ps aux").out


def test_only_its_user_and_root_end_a_process(site: Site, who: Resident) -> None:
    name = who.name.rpartition(" ")[2]
    assert site.thief.on(name, user="ec2-user").run("pkill xmrig").code == 1
    assert site.thief.on(name, user="nginx").run("pkill -f pool").code == 0


def test_a_device_that_is_not_attached_cannot_be_mounted(who: Resident) -> None:
    assert who.run("mount /dev/xvdz /mnt").code == 32
    assert "xvda" in who.run("lsblk").out or "sda" in who.run("lsblk").out
