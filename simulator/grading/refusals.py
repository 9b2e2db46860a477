"""What is answered while nobody is let in, in the words of the API that was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.wrappers import Response

from simulator.gateway.errors import AwsError, to_response
from simulator.gateway.parse import form_of
from simulator.grading.seats import Seats
from simulator.grading.steady import Application

_UNNUMBERED = "00000000-0000-0000-0000-000000000000"


def refused_aws(seats: Seats) -> Callable[[], Application | None]:
    """The simulated AWS's: ServiceUnavailable, in the form of the service's protocol."""

    def refusal() -> Application | None:
        said = seats.refusal()
        if not said:
            return None
        error = AwsError("ServiceUnavailable", said, 503)

        def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            protocol, service = form_of(environ)
            response = to_response(error, protocol, service, _UNNUMBERED)
            return response(environ, start_response)

        return answer

    return refusal


def refused_control(seats: Seats) -> Callable[[], Application | None]:
    """The control API's."""

    def refusal() -> Application | None:
        said = seats.refusal()
        if not said:
            return None
        body = json.dumps({"error": "NotYourTurn", "message": said})
        return Response(body, 503, content_type="application/json")

    return refusal
