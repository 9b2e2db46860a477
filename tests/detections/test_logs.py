"""CloudTrail records are read in every wrapping in which they are found."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from simulator.detections.logs import BadLogs, read

FIRST = {"eventID": "1", "eventName": "A", "eventTime": "2026-03-01T12:00:00Z"}
SECOND = {"eventID": "2", "eventName": "B", "eventTime": "2026-03-01T12:00:01Z"}
BOTH = [FIRST, SECOND]
WRAPPED = {
    "a trail's log file": json.dumps({"Records": [SECOND, FIRST]}),
    "a list": json.dumps([SECOND, FIRST], indent=1),
    "a record a line": "\n".join(map(json.dumps, [SECOND, FIRST])) + "\n\n",
    "LookupEvents": json.dumps({"Events": [{"CloudTrailEvent": json.dumps(e)} for e in BOTH]}),
    "EventBridge": "\n".join(json.dumps({"source": "aws.iam", "detail": e}) for e in BOTH),
    "CloudWatch Logs": json.dumps({"events": [{"message": json.dumps(e)} for e in BOTH]}),
    "a byte order mark": "\ufeff" + json.dumps(BOTH),
}


@pytest.mark.parametrize("wrapping", WRAPPED)
@pytest.mark.parametrize("compressed", [False, True])
def test_records_are_read_oldest_first(tmp_path: Path, wrapping: str, compressed: bool) -> None:
    raw = WRAPPED[wrapping].encode()
    file = tmp_path / ("log.json.gz" if compressed else "log.json")
    file.write_bytes(gzip.compress(raw) if compressed else raw)
    assert read([file]) == BOTH


def test_a_folder_is_read_whole_but_for_digests_and_a_record_once(tmp_path: Path) -> None:
    logs = tmp_path / "AWSLogs" / "111122223333"
    for name, text in (
        ("CloudTrail/us-east-1/a.json", json.dumps({"Records": BOTH})),
        ("CloudTrail/us-east-1/b.json.gz", json.dumps({"Records": [FIRST]})),
        ("CloudTrail-Digest/us-east-1/c.json", json.dumps({"awsAccountId": "111122223333"})),
        ("notes.txt", "no log"),
    ):
        file = logs / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    assert read([tmp_path, logs]) == BOTH


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "log.json, line 1: not JSON"),
        (json.dumps(FIRST) + "\n{]\n", "log.json, line 2: neither one JSON document"),
        ('"text"', "no CloudTrail record, but str"),
        ('{"a": 1}', "it has no eventName"),
        ('[{"eventName": "A"}, {"CloudTrailEvent": "{"}]', "the record within is not JSON"),
    ],
)
def test_a_file_that_holds_no_records_is_an_error(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "log.json").write_text(text)
    with pytest.raises(BadLogs, match=said):
        read([tmp_path])


def test_a_file_that_is_not_there_or_broken_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadLogs, match="There is no"):
        read([tmp_path / "missing.json"])
    with pytest.raises(BadLogs, match="holds no file of logs"):
        read([tmp_path])
    (tmp_path / "log.json.gz").write_bytes(gzip.compress(b"[]" * 100)[:20])
    with pytest.raises(BadLogs, match="can't be read"):
        read([tmp_path])
