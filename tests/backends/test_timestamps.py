"""Times are read as botocore reads them, only sooner."""

from __future__ import annotations

import botocore.utils
import dateutil.parser
import pytest
from dateutil.tz import tzutc

from simulator.backends import timestamps


@pytest.fixture(autouse=True)
def adopted() -> None:
    timestamps.adopt()


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T12:00:01Z",
        "2026-02-28T23:59:59.000Z",
        "2026-11-20T12:00:01.5Z",
        "2026-11-20T12:00:01.123456Z",
        "Fri, 20 Nov 2026 12:00:01 GMT",
        "Mon, 20 Nov 2026 12:00:01 GMT",
        "2026-11-20T12:00:01.1234567Z",
        "2026-11-20T12:00:01+02:00",
        "2026-11-20T12:00:01",
        "2026-11-20",
        "Fri, 20 Nov 2026 12:00:01 +0100",
        "Fri, 2 Nov 2026 12:00:01 GMT",
        "20261120T120001Z",
    ],
)
def test_a_time_is_what_dateutil_says(text: str) -> None:
    said = dateutil.parser.parse(text, tzinfos={"GMT": tzutc()})
    read = botocore.utils.parse_timestamp(text)
    assert read == said
    assert read.utcoffset() == said.utcoffset()
    assert read.isoformat() == said.isoformat()


@pytest.mark.parametrize(
    "text",
    [
        "2026-13-20T12:00:01Z",
        "2026-11-20T24:00:01Z",
        "2026-02-30T12:00:00.000Z",
        "Fri, 31 Nov 2026 12:00:01 GMT",
        "Fri, 20 Nev 2026 12:00:01 GMT",
        "soon",
    ],
)
def test_no_time_is_refused_in_botocores_words(text: str) -> None:
    with pytest.raises(ValueError, match=f'Invalid timestamp "{text}"'):
        botocore.utils.parse_timestamp(text)


@pytest.mark.parametrize("seconds", [0, 1763640000, 1763640000.25, "1763640000"])
def test_seconds_since_the_epoch_are_read_as_before(seconds: float | str) -> None:
    assert botocore.utils.parse_timestamp(seconds).timestamp() == float(seconds)
