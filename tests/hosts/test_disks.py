"""A host lives with its instance; its disks are what snapshots, volumes and images are made of."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from simulator.errors import ScenarioError
from simulator.hosts import Host, Process, Ssh, Web
from tests.conftest import Refusal
from tests.hosts.conftest import Site

MINER = Process("xmrig", "/tmp/.x/xmrig -o pool.example.net:3333", user="nginx", cpu=97.0)
LOOT = "/home/ec2-user/notes.txt"
HOST = Host(
    services={22: Ssh(), 80: Web("Welcome")},
    processes=[MINER],
    files={LOOT: "the thief's notes\n", "/tmp/.x/xmrig": "ELF"},
    packages={"openssl": "3.0.8"},
)


def root(site: Site, instance_id: str) -> str:
    (device,) = site.described(instance_id)["BlockDeviceMappings"]
    return str(device["Ebs"]["VolumeId"])


def test_what_is_on_a_host_is_seen_on_it(site: Site) -> None:
    who = site.on(site.launch(host=HOST))
    assert who.run(f"cat {LOOT}").out == "the thief's notes\n"
    assert "xmrig -o pool.example.net" in who.run("ps aux").out
    assert who.run("rpm -q openssl").out == "openssl-3.0.8\n"
    ports = who.run("ss -tlnp").out
    assert ":22 " in ports
    assert " 0.0.0.0:80 " in ports


def test_a_service_may_listen_on_the_loopback_alone(site: Site) -> None:
    console = Web({"/": "ok"}, name="console", command="/opt/console --bind 127.0.0.1:9090")
    who = site.on(site.launch(host=Host(services={9090: console})))
    assert " 127.0.0.1:9090 " in who.run("ss -tlnp").out


def test_a_stopped_host_answers_nothing_and_forgets_what_was_in_memory(site: Site) -> None:
    made = site.launch(host=HOST)
    url = f"http://{made['PublicIpAddress']}/"
    assert site.thief.get(url).body == "Welcome"
    site.ec2.stop_instances(InstanceIds=[made["InstanceId"]])
    who = site.on(made)
    with pytest.raises(EndpointConnectionError):
        who.run("ps aux")
    with pytest.raises(EndpointConnectionError):
        site.thief.get(url)
    site.ec2.start_instances(InstanceIds=[made["InstanceId"]])
    running = who.run("ps aux").out
    assert "xmrig" not in running
    assert "nginx" in running
    assert who.run(f"cat {LOOT}").code == 0


def test_a_reboot_starts_what_a_file_starts(site: Site) -> None:
    unit = "/etc/systemd/system/dbus-update.service"
    made = site.launch(host=HOST)
    who = site.on(made)
    who.start(Process("dbus-update", "/usr/bin/dbus-update", started_by=unit))
    site.ec2.reboot_instances(InstanceIds=[made["InstanceId"]])
    assert "dbus-update" in who.run("ps aux").out
    who.run(f"rm {unit}")
    site.ec2.reboot_instances(InstanceIds=[made["InstanceId"]])
    assert "dbus-update" not in who.run("ps aux").out


def test_a_terminated_host_is_gone(site: Site) -> None:
    made = site.launch(host=HOST)
    who = site.on(made)
    site.ec2.terminate_instances(InstanceIds=[made["InstanceId"]])
    with pytest.raises(EndpointConnectionError):
        who.run("ps aux")
    with pytest.raises(ScenarioError, match="i-0"):
        site.thief.on("i-0")


def test_a_snapshot_made_before_destruction_still_holds_the_evidence(site: Site) -> None:
    made = site.launch(host=HOST)
    name = made["InstanceId"]
    snapshot = site.ec2.create_snapshot(VolumeId=root(site, name))["SnapshotId"]
    site.on(made).run(f"rm {LOOT}")
    site.ec2.terminate_instances(InstanceIds=[name])
    lab = site.launch()
    zone = lab["Placement"]["AvailabilityZone"]
    volume = site.ec2.create_volume(SnapshotId=snapshot, AvailabilityZone=zone)["VolumeId"]
    site.ec2.attach_volume(VolumeId=volume, InstanceId=lab["InstanceId"], Device="/dev/sdf")
    who = site.on(lab)
    who.run("mkdir -p /mnt/evidence; mount -o ro /dev/xvdf1 /mnt/evidence")
    assert who.run(f"cat /mnt/evidence{LOOT}").out == "the thief's notes\n"
    assert who.run(f"cat {LOOT}").code == 1
    assert "xmrig" not in who.run("ps aux").out
    for name in ("/mnt/evidence", "/dev/xvdf1"):
        assert who.run(f"umount {name}").code == 0
        assert who.run(f"cat /mnt/evidence{LOOT}").code == 1
        assert who.run(f"mount /dev/xvdf1 /mnt/evidence; cat /mnt/evidence{LOOT}").code == 0
    site.ec2.detach_volume(VolumeId=volume)
    assert who.run(f"cat /mnt/evidence{LOOT}").code == 1


def test_a_volume_goes_to_one_instance_of_its_zone(site: Site, refusal: Refusal) -> None:
    made = site.launch(host=HOST)
    name, own = made["InstanceId"], root(site, made["InstanceId"])

    def attach(volume: str) -> Any:
        return site.ec2.attach_volume(VolumeId=volume, InstanceId=name, Device="/dev/sdf")

    assert refusal(lambda: attach(own))[0] == "VolumeInUse"
    assert refusal(lambda: site.ec2.detach_volume(VolumeId=own))[0] == "OperationNotPermitted"
    far = site.ec2.create_volume(Size=8, AvailabilityZone="us-east-1f")["VolumeId"]
    assert refusal(lambda: attach(far))[0] == "InvalidVolume.ZoneMismatch"
    assert refusal(lambda: site.ec2.detach_volume(VolumeId=far))[0] == "IncorrectState"


def test_the_root_volume_of_a_stopped_instance_is_evidence_elsewhere(site: Site) -> None:
    made, lab = site.launch(host=HOST), site.launch()
    site.ec2.stop_instances(InstanceIds=[made["InstanceId"]])
    volume = root(site, made["InstanceId"])
    site.ec2.detach_volume(VolumeId=volume)
    site.ec2.attach_volume(VolumeId=volume, InstanceId=lab["InstanceId"], Device="/dev/sdf")
    got = site.on(lab).run(f"mount /dev/sdf /mnt; cat /mnt{LOOT}")
    assert got.out == "the thief's notes\n"


def test_a_snapshot_made_too_late_holds_what_was_left(site: Site) -> None:
    made = site.launch(host=HOST)
    site.on(made).run(f"rm {LOOT}")
    snapshot = site.ec2.create_snapshot(VolumeId=root(site, made["InstanceId"]))["SnapshotId"]
    files = site.cloud.account.hosts.disks[snapshot].files
    assert LOOT not in files
    assert "/tmp/.x/xmrig" in files


def test_snapshots_of_all_volumes_and_copies_hold_the_same(site: Site) -> None:
    made = site.launch(host=HOST)
    (one,) = site.ec2.create_snapshots(InstanceSpecification={"InstanceId": made["InstanceId"]})[
        "Snapshots"
    ]
    copy = site.ec2.copy_snapshot(SourceSnapshotId=one["SnapshotId"], SourceRegion="us-east-1")
    held = site.cloud.account.hosts.disks
    assert LOOT in held[one["SnapshotId"]].files
    assert held[copy["SnapshotId"]] == held[one["SnapshotId"]]


def test_an_instance_of_an_image_carries_its_files_and_services_but_no_memory(site: Site) -> None:
    made = site.launch(host=HOST)
    image = site.ec2.create_image(InstanceId=made["InstanceId"], Name="golden")["ImageId"]
    site.on(made).run(f"rm {LOOT}")
    copy = site.ec2.copy_image(SourceImageId=image, SourceRegion="us-east-1", Name="copy")
    for source in (image, copy["ImageId"]):
        clone = site.launch(ImageId=source)
        who = site.on(clone)
        assert who.run(f"cat {LOOT}").code == 0
        assert "xmrig" not in who.run("ps aux").out
        assert site.thief.get(f"http://{clone['PublicIpAddress']}/").body == "Welcome"


def test_an_image_that_is_deregistered_leaves_its_instances_their_files(site: Site) -> None:
    made = site.launch(host=HOST)
    image = site.ec2.create_image(InstanceId=made["InstanceId"], Name="golden")["ImageId"]
    clone = site.launch(ImageId=image)
    site.ec2.deregister_image(ImageId=image)
    assert site.on(clone).run(f"cat {LOOT}").code == 0


def test_an_image_of_a_snapshot_boots_what_is_in_it(site: Site) -> None:
    made = site.launch(host=HOST)
    snapshot = site.ec2.create_snapshot(VolumeId=root(site, made["InstanceId"]))["SnapshotId"]
    device = {"DeviceName": "/dev/sda1", "Ebs": {"SnapshotId": snapshot}}
    image = site.ec2.register_image(
        Name="rebuilt", RootDeviceName="/dev/sda1", BlockDeviceMappings=[device]
    )["ImageId"]
    assert site.on(site.launch(ImageId=image)).run(f"cat {LOOT}").code == 0


def test_restoring_the_world_restores_files_and_processes(site: Site) -> None:
    who = site.on(site.launch(host=HOST))
    before = who.run("ps aux").out
    saved = site.cloud.gateway.save(site.cloud.world)
    who.run(f"pkill xmrig; rm {LOOT}")
    who.write("/tmp/new", "new")
    assert who.run("ps aux").out != before
    site.cloud.gateway.restore(site.cloud.world, saved)
    assert who.run("ps aux").out == before
    assert who.run(f"cat {LOOT}").code == 0
    assert who.run("cat /tmp/new").code == 1


def test_an_instance_that_nobody_equipped_is_a_plain_one(site: Site) -> None:
    who = site.on(site.launch())
    running = who.run("ps aux").out
    assert "sshd" in running
    assert "amazon-ssm-agent" in running
    assert "Amazon Linux" in who.run("cat /etc/os-release").out
