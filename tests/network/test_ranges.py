"""Expressions of Suricata rules, read as ranges."""

import pytest

from simulator.network.addresses import block
from simulator.network.ranges import ADDRESSES, PORTS, Ranges, Reader

LAN = (block("10.0.0.0/8"),)
ADDRESS = Reader(False, {"$LAN": LAN, "@NONE": ()})
PORT = Reader(True, {"$WEB": ((80, 80), (443, 443))})


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("ANY", PORTS),
        ("any", PORTS),
        ("443", ((443, 443),)),
        ("1024:", ((1024, 65535),)),
        (":1023", ((0, 1023),)),
        ("[80, 90:92]", ((80, 80), (90, 92))),
        ("!443", ((0, 442), (444, 65535))),
        ("!$WEB", ((0, 79), (81, 442), (444, 65535))),
        ("[1:10,!5]", ((1, 4), (6, 10))),
        ("[1:10,![2:3,5]]", ((1, 1), (4, 4), (6, 10))),
        ("[!0:65534]", ((65535, 65535),)),
    ],
)
def test_ports(text: str, ranges: Ranges) -> None:
    assert PORT.read(text) == ranges


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("ANY", ADDRESSES),
        ("10.1.2.3", (block("10.1.2.3/32"),)),
        ("2001:db8::/32", (block("2001:db8::/32"),)),
        ("[$LAN,192.0.2.0/24]", (*LAN, block("192.0.2.0/24"))),
        ("[$LAN,!10.128.0.0/9]", (block("10.0.0.0/9"),)),
        ("!0.0.0.0/0", (ADDRESSES[1],)),
        ("@NONE", ()),
        ("[@NONE]", ()),
    ],
)
def test_addresses(text: str, ranges: Ranges) -> None:
    assert ADDRESS.read(text) == ranges


@pytest.mark.parametrize("text", ["", "x", "70000", "9:3", "[1,[2]", "$LAN", "-1", "1,2"])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        PORT.read(text)
