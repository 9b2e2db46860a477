"""The gateway: parse → identify → authorize → dispatch → record, in front of any backend."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from werkzeug.wrappers import Response

from simulator.account.account import Account
from simulator.account.clock import machine_time, real_now
from simulator.account.world import World
from simulator.backends import moto
from simulator.errors import CannotServe
from simulator.gateway import documents, hidden, kms, protected, service_linked, wire
from simulator.gateway.authorize import authorize
from simulator.gateway.call import Call, Outcome
from simulator.gateway.dispatch import dispatch
from simulator.gateway.errors import AwsError, malformed_signature, to_response
from simulator.gateway.identify import identify
from simulator.gateway.origin import ENVIRON_KEY, Origin
from simulator.gateway.parse import Parsed, form_of, parse
from simulator.gateway.record import deliver, record, request_id
from simulator.reactions.reactions import react

_INTERNAL_HEADERS = ("HTTP_X_MOTO_ACCOUNT_ID",)
_log = logging.getLogger(__name__)
StartResponse = Callable[..., Any]


class Gateway:
    """A WSGI application that serves every account of every world added to it."""

    def __init__(self) -> None:
        moto.prepare()
        self.accounts: dict[str, Account] = {}
        self._turn = threading.RLock()
        self._current: World | None = None
        self.turns = 0
        """How many have begun, of any world."""
        self.last_turn = 0
        """The last one of those that may have changed something: while it is, nothing has happened."""

    def add(self, world: World) -> None:
        """Serve the accounts of `world` from now on.

        Raises:
            CannotServe: an account of that id is served already, for another world.
        """
        with self._turn:
            for name, account in world.accounts.items():
                if self.accounts.get(name, account) is not account:
                    raise CannotServe(
                        f"Account {name} is in use by another lab of this simulator that has the "
                        "same seed. Start the simulator without --seed (and DRILL_SEED): each lab "
                        "then draws a seed of its own."
                    )
            self.accounts.update(world.accounts)
            world.served = self.accounts
            world.react = lambda: self.react(world)

    def remove(self, world: World) -> None:
        """Forget `world`: its keys are unknown from now on."""
        with self._turn:
            removed = [self.accounts.pop(name, None) for name in world.accounts]
            if not any(removed):
                return
            if self._current is world:
                self._current = None
            world.served = None
            world.react = lambda: None
            world.close()

    @contextmanager
    def turn(self, world: World) -> Iterator[None]:
        """The backend works for `world` alone inside the block, with the world's own chance."""
        generator = moto.generator()
        with self._turn:
            self._count()
            if self._current is not world:
                if self._current is not None:
                    self._current.chance = generator.getstate()
                generator.setstate(world.chance)
                self._current = world
            yield

    def react(self, world: World) -> None:
        """Services of `world` catch up with its clock."""
        if world.awake and not world.reacting:
            with self.turn(world), machine_time(real_now()):
                react(world, world.clock.now())

    @contextmanager
    def glance(self, world: World) -> Iterator[None]:
        """A turn that leaves all as it was, which the caller sees to: it is not the last one then."""
        with self._turn:
            before = self.last_turn
            try:
                with self.turn(world):
                    yield
            finally:
                self.last_turn = before

    @contextmanager
    def still(self) -> Iterator[None]:
        """Nothing happens in any world inside the block, and nothing is half done."""
        with self._turn:
            yield

    def _count(self) -> None:
        self.turns += 1
        self.last_turn = self.turns

    def save(self, world: World) -> Any:
        """A snapshot of `world`, chance and all."""
        with self.turn(world):
            world.chance = moto.generator().getstate()
            return world.save()

    def restore(self, world: World, saved: Any) -> None:
        """Put `world` back to a snapshot; it can be used again."""
        with self.turn(world):
            world.restore(saved)
            moto.generator().setstate(world.chance)

    @contextmanager
    def undone(self, world: World) -> Iterator[None]:
        """It is the turn of `world` inside the block, and whatever happens leaves no trace."""
        generator = moto.generator()
        with self.turn(world):
            world.chance = generator.getstate()
            try:
                with world.undone():
                    yield
            finally:
                generator.setstate(world.chance)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        return self.respond(environ)(environ, start_response)

    def respond(self, environ: dict[str, Any]) -> Response:
        """The response to one request, given as its WSGI environ."""
        unknown = str(uuid.uuid4())
        environ.setdefault("RAW_URI", environ.get("REQUEST_URI") or environ["PATH_INFO"])
        for header in _INTERNAL_HEADERS:
            environ.pop(header, None)
        origin: Origin = environ.get(ENVIRON_KEY) or Origin(environ.get("REMOTE_ADDR", "127.0.0.1"))
        try:
            parsed = parse(environ, origin, unknown)
        except AwsError as error:
            protocol, service = form_of(environ)
            error = malformed_signature(error, protocol, service)
            return to_response(error, protocol, service, unknown)
        except Exception as error:
            _log.exception("A request could not be parsed")
            protocol, service = form_of(environ)
            return to_response(_internal(error), protocol, service, unknown)
        with self._turn, machine_time(real_now()) as at:
            self._count()
            outcome = self._serve(parsed, environ, origin)
            wire.stamp(outcome.response, parsed.call.service, parsed.call.request_id)
            if environ["REQUEST_METHOD"] == "HEAD" and outcome.response.status_code >= 400:
                outcome.response.set_data(b"")
            if ENVIRON_KEY not in environ:
                _keep(parsed, environ, at, outcome)
        return outcome.response

    def _serve(self, parsed: Parsed, environ: dict[str, Any], origin: Origin) -> Outcome:
        call = parsed.call
        try:
            identify(call, environ, parsed.body, parsed.protocol, self.accounts)
            if call.account is not None and ENVIRON_KEY not in environ:
                call.account.world.keep_up()
                call.account.world.react()
            _number(call)
            if parsed.fault is not None:
                raise parsed.fault
            authorize(call, parsed.protocol, self.accounts)
            _number(call)
            documents.check(call)
            protected.check(call)
            if call.service == "kms":
                kms.check_state(call)
            hidden.perform(call, environ)
            assert call.account is not None
            with self.turn(call.account.world):
                deliver(call.account, call.time, call)
                linked = service_linked.missing(call)
                call.outcome = dispatch(parsed, environ)
                if linked is not None and call.outcome.error_code is None:
                    service_linked.create(call, linked)
        except AwsError as error:
            _number(call)
            response = to_response(error, parsed.protocol, call.service, call.request_id)
            call.outcome = Outcome(response, error.code, error.message)
        except Exception as error:
            call.outcome = self._fault(call, parsed.protocol, error)
        if origin.recorded and parsed.fault is None:
            try:
                for each in (*call.hidden, call):
                    record(each, self.accounts)
            except Exception as error:
                call.outcome = self._fault(call, parsed.protocol, error)
        return call.outcome

    @staticmethod
    def _fault(call: Call, protocol: str, error: Exception) -> Outcome:
        _log.exception("%s:%s failed", call.service, call.operation)
        fault = _internal(error)
        response = to_response(fault, protocol, call.service, call.request_id)
        return Outcome(response, fault.code, fault.message)


def _number(call: Call) -> None:
    """The request's id, once it is known whose request it is."""
    if call.account is not None and not call.numbered:
        call.request_id, call.numbered = request_id(call.account, call.service), True


def _keep(parsed: Parsed, environ: dict[str, Any], at: datetime, outcome: Outcome) -> None:
    """Note a request from outside before it is answered; where a journal is kept, in there too."""
    if (account := parsed.call.account) is None:
        return
    account.world.asked = at
    if (journal := account.world.journal) is not None:
        answer = outcome.response
        journal.keep_call(at, environ, parsed.body, answer.status_code, answer.get_data())


def _internal(error: Exception) -> AwsError:
    return AwsError("InternalError", f"An internal error has occurred ({error!r})", 500)
