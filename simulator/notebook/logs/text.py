"""Logs of a line an entry, whose fields are set apart by blanks and may stand in quotation marks.

Sources: "Amazon S3 server access log format" (Amazon S3 User Guide), "Access logs for your
Application Load Balancer", "Access logs for your Network Load Balancer" (Elastic Load Balancing),
"Create the table for ALB access logs" (Amazon Athena User Guide), which says how fields that hold
two things are called apart.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pandas as pd

_SPARE: Final = tuple(f"further_{number}" for number in range(1, 9))
"""Fields that AWS may add at the end of a line: they are left out."""
_TOKEN: Final = re.compile(r'"((?:[^"\\]|\\.)*)"(?= |$)|(\S+)')


@dataclass(frozen=True, slots=True)
class Text:
    """The fields of a log in their order, and those that are times and numbers.

    `tidy` makes of the fields what two of them hold together, or one of them holds twice.
    """

    fields: tuple[str, ...]
    whole: tuple[str, ...]
    broken: tuple[str, ...]
    times: dict[str, str]
    tidy: Callable[[pd.DataFrame], pd.DataFrame]
    sort_by: str = "time"

    def frame(self, files: Iterable[bytes]) -> pd.DataFrame:
        """One row a line, oldest first. `-` is a missing value."""
        import pandas as pd

        made = tokens(
            b"".join(each if each.endswith(b"\n") else each + b"\n" for each in files), self.fields
        )
        for name, form in self.times.items():
            made[name] = pd.to_datetime(made[name], format=form, utc=True, errors="coerce")
        made = self.tidy(made)
        for name in self.whole:
            made[name] = pd.to_numeric(made[name], errors="coerce").astype("Int64")
        for name in self.broken:
            made[name] = pd.to_numeric(made[name], errors="coerce").astype("float64")
        return made.sort_values(self.sort_by, kind="stable", ignore_index=True)


def tokens(content: bytes, fields: tuple[str, ...]) -> pd.DataFrame:
    """The lines of `content` taken apart, each field a text or missing."""
    import pandas as pd

    names = (*fields, *_SPARE)
    count = sum(1 for line in io.BytesIO(content) if line.strip())
    options: dict[str, Any] = {"names": names, "dtype": "str", "na_values": ["-"]}
    try:
        read = pd.read_csv(
            io.BytesIO(content),
            sep=" ",
            header=None,
            index_col=False,
            doublequote=False,
            keep_default_na=False,
            encoding_errors="replace",
            **options,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError):
        read = pd.DataFrame(columns=list(names), dtype="str")
    whole: pd.DataFrame = read if len(read) == count else _one_by_one(content, names)
    return whole[list(fields)]


def _one_by_one(content: bytes, names: tuple[str, ...]) -> pd.DataFrame:
    """For a file in which somebody's quotation mark stands alone: slow, and loses no line."""
    import pandas as pd

    rows = []
    for line in content.decode(errors="replace").splitlines():
        if not line.strip():
            continue
        found = [quoted or bare for quoted, bare in _TOKEN.findall(line)][: len(names)]
        rows.append(found + [None] * (len(names) - len(found)))
    return pd.DataFrame(rows, columns=list(names), dtype="str").mask(lambda each: each == "-")


def _halves(made: pd.DataFrame, name: str, address: str, port: str) -> None:
    """ "192.0.2.1:443" as two columns in the place of one."""
    at = list(made.columns).index(name)
    parts = made.pop(name).str.rsplit(":", n=1, expand=True).reindex(columns=range(2)).astype("str")
    made.insert(at, address, parts[0].str.strip("[]"))
    made.insert(at + 1, port, parts[1])


def _tidy_s3(made: pd.DataFrame) -> pd.DataFrame:
    return made.drop(columns="offset")


def _tidy_alb(made: pd.DataFrame) -> pd.DataFrame:
    _halves(made, "client", "client_ip", "client_port")
    _halves(made, "target", "target_ip", "target_port")
    at = list(made.columns).index("request")
    parts = made["request"].str.split(" ", n=2, expand=True).reindex(columns=range(3)).astype("str")
    for place, name in enumerate(("request_verb", "request_url", "request_proto")):
        made.insert(at + 1 + place, name, parts[place])
    return made


def _tidy_nlb(made: pd.DataFrame) -> pd.DataFrame:
    _halves(made, "client", "client_ip", "client_port")
    _halves(made, "destination", "destination_ip", "destination_port")
    return made


S3_ACCESS: Final = Text(
    fields=(
        *("bucket_owner", "bucket", "time", "offset", "remote_ip", "requester", "request_id"),
        *("operation", "key", "request_uri", "http_status", "error_code", "bytes_sent"),
        *("object_size", "total_time", "turn_around_time", "referer", "user_agent"),
        *("version_id", "host_id", "signature_version", "cipher_suite", "authentication_type"),
        *("host_header", "tls_version", "access_point_arn", "acl_required", "source_region"),
    ),
    whole=("http_status", "bytes_sent", "object_size", "total_time", "turn_around_time"),
    broken=(),
    times={"time": "[%d/%b/%Y:%H:%M:%S"},
    tidy=_tidy_s3,
)
ALB: Final = Text(
    fields=(
        *("type", "time", "elb", "client", "target", "request_processing_time"),
        *("target_processing_time", "response_processing_time", "elb_status_code"),
        *("target_status_code", "received_bytes", "sent_bytes", "request", "user_agent"),
        *("ssl_cipher", "ssl_protocol", "target_group_arn", "trace_id", "domain_name"),
        *("chosen_cert_arn", "matched_rule_priority", "request_creation_time"),
        *("actions_executed", "redirect_url", "error_reason", "target_port_list"),
        *("target_status_code_list", "classification", "classification_reason"),
        *("conn_trace_id", "transformed_host", "transformed_uri", "request_transform_status"),
    ),
    whole=(
        *("client_port", "target_port", "elb_status_code", "target_status_code"),
        *("received_bytes", "sent_bytes", "matched_rule_priority"),
    ),
    broken=("request_processing_time", "target_processing_time", "response_processing_time"),
    times={"time": "ISO8601", "request_creation_time": "ISO8601"},
    tidy=_tidy_alb,
)
NLB: Final = Text(
    fields=(
        *("type", "version", "time", "elb", "listener", "client", "destination"),
        *("connection_time", "tls_handshake_time", "received_bytes", "sent_bytes"),
        *("incoming_tls_alert", "chosen_cert_arn", "chosen_cert_serial", "tls_cipher"),
        *("tls_protocol_version", "tls_named_group", "domain_name", "alpn_fe_protocol"),
        *("alpn_be_protocol", "alpn_client_preference_list", "tls_connection_creation_time"),
    ),
    whole=(
        *("client_port", "destination_port", "connection_time", "tls_handshake_time"),
        *("received_bytes", "sent_bytes"),
    ),
    broken=(),
    times={"time": "ISO8601", "tls_connection_creation_time": "ISO8601"},
    tidy=_tidy_nlb,
)
