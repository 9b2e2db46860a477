"""Where an address is, as GuardDuty tells it.

No address of a drill is on the internet, so places and networks are made up: a block of 64 addresses
is a network (an autonomous system) of its own, and `network.geography` says in which country it is.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Any, Final

from simulator.network import geography
from simulator.network.addresses import block, is_private, parsed, text

_NAMES: Final = {
    "US": ("United States", 38.9, -77.0),
    "CA": ("Canada", 45.4, -75.7),
    "DE": ("Germany", 52.5, 13.4),
    "NL": ("Netherlands", 52.4, 4.9),
    "AU": ("Australia", -33.9, 151.2),
    "SG": ("Singapore", 1.35, 103.8),
    "BR": ("Brazil", -23.5, -46.6),
    "KR": ("South Korea", 37.6, 127.0),
    "RO": ("Romania", 44.4, 26.1),
    "PA": ("Panama", 9.0, -79.5),
}
_SIZE: Final = 64
_FIRST_NUMBER: Final = 64_512
"""Of the autonomous system numbers for private use (RFC 6996)."""


@lru_cache(maxsize=4096)
def network_of(address: str) -> str | None:
    """The network that an address of the internet is in; None for a private one, or for none."""
    number = parsed(address)
    if number is None or is_private(number):
        return None
    if number >= 1 << 32:
        return str(ipaddress.ip_network(f"{address}/48", strict=False))
    return f"{text(number - number % _SIZE)}/26"


def country_of(address: str) -> str:
    """Its country code; "" where nobody knows."""
    number = parsed(address)
    for cidr, code in geography.COUNTRIES.items():
        first, last = block(cidr)
        if number is not None and first <= number <= last:
            return code
    return ""


def remote_ip(address: str) -> dict[str, Any]:
    """`remoteIpDetails` of a finding."""
    name, latitude, longitude = _NAMES.get(country_of(address), ("", 0.0, 0.0))
    key = "ipAddressV6" if ":" in address else "ipAddressV4"
    return {
        key: address,
        "organization": organization(address),
        "country": {"countryName": name},
        "city": {"cityName": ""},
        "geoLocation": {"lat": latitude, "lon": longitude},
    }


def organization(address: str) -> dict[str, str]:
    """The autonomous system: its number and its name."""
    network = network_of(address)
    if network is None:
        return {"asn": "0", "asnOrg": "", "isp": "", "org": ""}
    number = (parsed(address) or 0) // _SIZE % 1_000
    name = f"Network {network}"
    return {"asn": str(_FIRST_NUMBER + number), "asnOrg": name, "isp": name, "org": name}
