"""Where the addresses of a drill are said to be. None of them is on the internet, so it is made up.

The blocks are those that `simulator.account.networks` draws from (RFC 5737, RFC 2544).
"""

COUNTRIES = {
    "192.0.2.0/25": "US",
    "192.0.2.128/25": "CA",
    "198.51.100.0/25": "DE",
    "198.51.100.128/25": "NL",
    "203.0.113.0/25": "AU",
    "203.0.113.128/25": "SG",
    "198.18.0.0/23": "BR",
    "198.18.2.0/23": "KR",
    "198.19.64.0/23": "RO",
    "198.19.66.0/23": "PA",
}
"""CIDR block → country code (ISO 3166-1 alpha-2)."""
