"""What is in a host's memory, and how it is kept."""

from __future__ import annotations

import pytest

from simulator.hosts import Host, Process
from simulator.hosts.resident import Resident
from tests.hosts.conftest import Site

RELAY = Process("relay", "/usr/local/sbin/relay", environ="RELAY_KEY=f00d")


@pytest.fixture
def who(site: Site) -> Resident:
    return site.on(site.launch(host=Host(processes=[RELAY])))


def test_proc_tells_of_a_process_what_no_file_does(who: Resident) -> None:
    pid = who.run("pgrep relay").out.strip()
    assert who.run(f"cat /proc/{pid}/environ").out == "RELAY_KEY=f00d\n"
    assert who.run(f"cat /proc/{pid}/cmdline").out == "/usr/local/sbin/relay\n"
    assert who.run("cat /proc/99999/environ").code == 1


def test_an_image_has_every_process_with_its_environment(who: Resident) -> None:
    assert who.run("avml /var/tmp/memory.lime").code == 0
    image = who.run("cat /var/tmp/memory.lime").out
    assert "name=relay args=/usr/local/sbin/relay" in image
    assert "RELAY_KEY=f00d" in image


def test_what_has_ended_is_in_no_image(who: Resident) -> None:
    who.run("pkill relay; avml /var/tmp/memory.lime")
    assert "f00d" not in who.run("cat /var/tmp/memory.lime").out


def test_only_root_may_take_an_image_and_into_a_file(site: Site, who: Resident) -> None:
    name = who.name.rpartition(" ")[2]
    assert site.thief.on(name, user="ec2-user").run("avml /tmp/m").code == 1
    assert who.run("avml").code == 2


def test_an_image_on_a_volume_of_its_own_outlives_the_host(site: Site) -> None:
    made = site.launch(host=Host(processes=[RELAY]))
    zone = made["Placement"]["AvailabilityZone"]
    volume = site.ec2.create_volume(AvailabilityZone=zone, Size=8)["VolumeId"]
    site.ec2.attach_volume(VolumeId=volume, InstanceId=made["InstanceId"], Device="/dev/sdf")
    site.on(made).run("mount /dev/xvdf /mnt; avml /mnt/memory.lime")
    kept = site.ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    site.ec2.terminate_instances(InstanceIds=[made["InstanceId"]])
    assert "f00d" in site.cloud.account.hosts.disks[kept].files["/memory.lime"]
