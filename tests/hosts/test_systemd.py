"""Units of systemd, shells that read a script, and user data."""

from __future__ import annotations

import base64

import pytest

from simulator.hosts import Host
from simulator.hosts.resident import Resident
from tests.hosts.conftest import Site

UNIT = "/etc/systemd/system/relay.service"
WRITE = f"echo '[Service]' > {UNIT}\necho 'ExecStart=/usr/local/sbin/relay --to x' >> {UNIT}\n"


@pytest.fixture
def who(site: Site) -> Resident:
    return site.on(site.launch(host=Host()))


def reboot(site: Site, who: Resident) -> None:
    site.ec2.reboot_instances(InstanceIds=[who.name.rpartition(" ")[2]])


def test_an_enabled_unit_runs_now_and_after_a_boot(site: Site, who: Resident) -> None:
    assert who.run(f"{WRITE}systemctl enable --now relay").code == 0
    assert "relay --to x" in who.run("ps aux").out
    reboot(site, who)
    assert "relay --to x" in who.run("ps aux").out
    assert "enabled active" in who.run("systemctl status relay").out


def test_a_unit_that_was_only_started_is_gone_after_a_boot(site: Site, who: Resident) -> None:
    who.run(f"{WRITE}systemctl start relay")
    reboot(site, who)
    assert "relay --to x" not in who.run("ps aux").out


def test_a_disabled_unit_neither_runs_nor_comes_back(site: Site, who: Resident) -> None:
    who.run(f"{WRITE}systemctl enable --now relay; systemctl disable --now relay.service")
    assert "relay --to x" not in who.run("ps aux").out
    reboot(site, who)
    assert "relay --to x" not in who.run("ps aux").out
    assert "disabled inactive" in who.run("systemctl list-units").out


def test_what_has_no_file_cannot_be_started(who: Resident) -> None:
    done = who.run("systemctl start nothing")
    assert (done.code, "does not exist" in done.err) == (1, True)


@pytest.mark.parametrize(
    "script", ["echo echo hi | sh", "bash -c 'echo hi'", "echo echo hi > /tmp/x; bash /tmp/x"]
)
def test_a_shell_runs_what_it_is_given(who: Resident, script: str) -> None:
    assert who.run(script).out == "hi\n"
    assert who.run("bash /nope").code == 127


def test_a_host_fetches_from_servers_of_the_internet(site: Site, who: Resident) -> None:
    site.cloud.world.internet.name("cdn.example", "203.0.113.80")
    site.cloud.world.internet.serve("cdn.example", {"/i.sh": "echo fetched > /tmp/x\n"})
    assert who.run("curl -fsSL http://cdn.example/i.sh | bash; cat /tmp/x").out == "fetched\n"
    assert who.run("curl -sf http://nowhere.example/").code == 7


def test_user_data_runs_at_the_first_boot_and_not_again(site: Site) -> None:
    made = site.launch(UserData="#!/bin/bash\necho $(whoami) >> /etc/born\n")
    who = site.on(made)
    assert who.run("cat /etc/born").out == "root\n"
    reboot(site, who)
    assert who.run("cat /etc/born").out == "root\n"
    assert site.on(site.launch(UserData="a: no script")).run("cat /etc/born").code == 1


def test_a_version_of_a_launch_template_has_what_its_source_has(site: Site) -> None:
    def data(text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    site.role("web")
    first = {
        "ImageId": site.image,
        "InstanceType": "t3.small",
        "IamInstanceProfile": {"Name": "web"},
        "UserData": data("#!/bin/bash\necho one > /etc/born\n"),
    }
    made = site.ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=first)
    template = made["LaunchTemplate"]["LaunchTemplateId"]
    second = site.ec2.create_launch_template_version(
        LaunchTemplateId=template,
        SourceVersion="1",
        LaunchTemplateData={"UserData": data("#!/bin/bash\necho two > /etc/born\n")},
    )["LaunchTemplateVersion"]
    assert second["LaunchTemplateData"]["ImageId"] == site.image
    born = site.ec2.run_instances(
        LaunchTemplate={"LaunchTemplateId": template, "Version": "2"}, MinCount=1, MaxCount=1
    )["Instances"][0]
    told = site.described(born["InstanceId"])
    assert (told["ImageId"], told["InstanceType"]) == (site.image, "t3.small")
    assert told["IamInstanceProfile"]["Arn"].endswith("/web")
    assert site.on(told).run("cat /etc/born").out == "two\n"
