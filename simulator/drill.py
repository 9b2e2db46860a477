"""One drill in progress: a scenario played in a world, and what the learner did about it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from string import Template
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from faker import Faker

from simulator import moment
from simulator.account import foreign, networks, root_user
from simulator.account.browser import Browser
from simulator.account.founding import Learner, found
from simulator.account.principal import Attempt, Principal
from simulator.account.timeline import Timeline
from simulator.account.world import World
from simulator.adversary import Adversary
from simulator.backends import moto
from simulator.casting import cast, parameters, steps
from simulator.catalogue import Play
from simulator.company import Company
from simulator.functions.functions import Functions
from simulator.gateway import s3_host, s3_web
from simulator.gateway.app import Gateway
from simulator.gateway.caller import Caller, CallerType
from simulator.gateway.origin import Origin
from simulator.hosts.hosts import Hosts
from simulator.hosts.places import located
from simulator.network import connecting, resolver, web
from simulator.network.dns import Answer
from simulator.network.message import Reply, WebRequest
from simulator.network.talk import Connection, Talk
from simulator.network.wire import Wire
from simulator.scenario import Actor, Phase, Routine

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from simulator.checkpoints import Checkpoint
    from simulator.grading.checked import Checked
    from simulator.grading.stood import Stood
    from simulator.report.reach import Reach

Progress = Callable[[float], None]
"""Called with the share that is done, 0 to 1."""


_PROWL = timedelta(hours=2)
"""How often the adversary comes back."""
_SOON, _PACE = timedelta(minutes=1), timedelta(minutes=5)
"""When services catch up after something has happened, and how often where nothing does."""
_AN_ACT = timedelta(minutes=2)
"""What is due is played once this has passed: so long an act may last."""


class Drill:
    """A scenario set up in a world of its own behind a gateway.

    `seed` decides names, ids, addresses, dates and decoys.
    """

    def __init__(
        self,
        play: Play,
        seed: int,
        gateway: Gateway,
        progress: Progress | None = None,
        *,
        secret: str = "",
    ) -> None:
        self.play, self.seed, self.gateway = play, seed, gateway
        self.rng = random.Random(f"{play.id}/{seed}")
        self._fake = Faker("en_US")
        self._fake.seed_instance(f"{play.id}/{seed}")
        self._times = self._chance("times")
        self.chances = (self.rng, self._fake.random, self._times)
        """All that is by chance here, but for what the principals draw."""
        self.world = World(seed, secret=secret)
        account_id = f"{self.rng.randrange(10**11, 10**12)}"
        self.account = self.world.open_account(account_id, play.scenario.region)
        gateway.add(self.world)
        self.world.reaches = Wire(self.world)
        self.hosts = Hosts(self.account, gateway)
        self.timeline = Timeline(self.world.clock)
        self.journal: list[Attempt] = []
        self.facts: dict[str, Any] = {}
        with self.world.clock.pinned(self._founded()):
            self.learner: Learner = found(gateway, self.account)
        self._networks = networks.assign(
            (*(actor.network for actor in play.scenario.principals.values()), "head office"),
            self._chance("networks"),
        )
        self.desk_address = networks.address(
            self._networks["head office"], self._chance("responder")
        )
        """Where the learner's browser is."""
        self.principals = {
            "admin": self._admin(),
            **{
                name: self._principal(name, actor)
                for name, actor in play.scenario.principals.items()
            },
        }
        self.functions = self.world.functions = Functions(self)
        self.world.stir = self._stir
        self.submission: dict[str, Any] = {}
        self.hints: dict[str, int] = {}
        """Hints taken, by check."""
        self.accused: dict[str, str] = {}
        """Innocents who were ever accused, by their names; see `Scenario.accuses`."""
        self.reached: dict[Phase, datetime] = {}
        """When each phase was done, as the last check found."""
        self.checked: Checked | None = None
        """What the last check of all found."""
        self.stood: Stood | None = None
        """How the response stood when it was last judged at the desk."""
        self.checkpoints: dict[str, Checkpoint] = {}
        """Moments that the learner kept, by name, the oldest first."""
        self.deeds: list[tuple[datetime, str, str]] = []
        """What the learner did beside AWS calls: when, "submitted" or "configured", and what."""
        self.began: dict[str, datetime] = {}
        """When each act of the past began: baseline, inject, detonate."""
        self.exposed: Reach | None = None
        """What the adversary could reach when the learner arrived, where a report may ask for it."""
        self._arrived = False
        self.adversary = Adversary(self)
        routines = [each for each in self._routines() if each.name]
        self.company = Company({each.name: each.pulse or each.every for each in routines})
        try:
            self._play_the_past(progress or (lambda share: None))
        except BaseException:
            self.close()
            raise
        self._arrived = True
        self.started = self.world.clock.now()
        """When the learner arrived: the calls after it are the response."""
        self.first_record = len(self.account.records)
        self.caught_up = self.started
        """Up to here what was due has happened, but for the last minutes."""
        self.world.keep_up = self.keep_up

    def signing_time(self) -> datetime:
        """When a principal signs: by the machine's clock, as everybody's signatures are dated."""
        return self.world.clock.signing_time()

    def now(self) -> datetime:
        """The account's time."""
        return self.world.clock.now()

    def elapse(self, delta: timedelta) -> None:
        """Time passes for a principal: what is due happens meanwhile."""
        clock = self.world.clock
        if clock.is_pinned:
            self.timeline.play_until(clock.now() + delta)

    def wait(self, delta: timedelta) -> None:
        """Let `delta` pass: everybody goes on with what they do."""
        clock = self.world.clock
        with clock.pinned(clock.now()):
            if self.world.awake:
                self._stir()
            self.timeline.play_until(clock.now() + delta)
        clock.advance(delta)

    def keep_up(self) -> None:
        """Play what has come due while real time passed, as it does under the learner's hands."""
        clock = self.world.clock
        if clock.is_pinned:
            return
        last, self.caught_up = min(self.caught_up, clock.now()), clock.now()
        if self.timeline.due_by(self.caught_up - _AN_ACT):
            with clock.pinned(last):
                self.timeline.play_until(self.caught_up - _AN_ACT)
        self.world.react()

    def _stir(self) -> None:
        """While time is told by the timeline, services catch up a minute later, and then go on."""
        soon = self.now() + _SOON
        if self.world.clock.is_pinned and not self.timeline.awaits(self._react, soon):
            self.timeline.at(soon, self._react)

    def _react(self) -> None:
        if not self.timeline.awaits(self._react):
            self.timeline.at(self.now() + _PACE, self._react)
        self.world.react()

    def visit(self, request: WebRequest) -> Reply:
        """What a web server answers: on an instance, behind a load balancer, S3, or elsewhere.

        Raises what `simulator.network.web.visit` raises.
        """
        if s3_host.is_s3(request.host):
            return s3_web.visit(self.gateway.respond, request)
        with self.gateway.turn(self.world):
            if located(self.world, request.host) is not None:
                return self.hosts.visit(request)
            return web.visit(self.world, request)

    def ask(self, name: str, kind: str, vpc: str | None, instance: str | None) -> Answer:
        """What the resolver of a VPC answers."""
        with self.gateway.turn(self.world):
            return resolver.ask(self.world, name, kind=kind, vpc=vpc, instance=instance)

    def connect(self, source: str, to: str, port: int, talk: Talk) -> Connection:
        """A connection. Raises what `simulator.network.connecting.connect` raises."""
        with self.gateway.turn(self.world):
            return connecting.connect(self.world, source, to, port, talk)

    @contextmanager
    def trial(self) -> Iterator[None]:
        """What happens inside the block is undone, and nobody will have seen it."""
        with moment.undone(self):
            yield

    @contextmanager
    def fresh(self) -> Iterator[None]:
        """Like `trial`, and hints, accusations and checkpoints are undone too."""
        hints, accused = dict(self.hints), dict(self.accused)
        checkpoints, checked = dict(self.checkpoints), self.checked
        with self.trial():
            try:
                yield
            finally:
                self.hints, self.accused, self.checkpoints = hints, accused, checkpoints
                self.checked = checked

    def cast(self) -> dict[str, Any]:
        """Everything that an act can ask for by name."""
        return {
            "rng": self.rng,
            "fake": self._fake,
            "account_id": self.account.id,
            "settings": self.world.settings,
            "hosts": self.hosts,
            "functions": self.functions,
            "internet": self.world.internet,
            "world": self.world,
            "now": self.world.clock.now,
            "perform": self.perform,
            "foreign_account": lambda number, user: foreign.user_of(
                self.gateway, self.world, number, user
            ),
            "root_password": lambda password: root_user.set_password(self.account, password),
            **self.facts,
            **self.principals,
        }

    def perform(self, act: Callable[..., Any], **more: Any) -> Any:
        """Play one act; the facts that it returns are known from then on."""
        for name in parameters(act):
            if name in self.principals:
                self.principals[name].sign_in()
        returned = cast(act, {**self.cast(), **more})
        if isinstance(returned, Mapping):
            self.facts.update(returned)
        return returned

    def render(self, text: str) -> str:
        """A text of the scenario's folder with its facts filled in: `${bucket}`."""
        return Template(text).safe_substitute({**self.facts, "account_id": self.account.id})

    def visible_settings(self) -> dict[str, dict[str, str]]:
        """The configuration of outside systems as their settings pages show it: no secrets."""
        return {
            system: {
                key: "********" if "secret" in key.lower() else value
                for key, value in values.items()
            }
            for system, values in self.world.settings.items()
        }

    def files(self) -> dict[str, str]:
        """Files that the learner is given, by path: what the scenario's acts returned as `files`."""
        return dict(self.facts.get("files", {}))

    def hostile_addresses(self) -> set[str]:
        """Where the adversary called from."""
        cast_list = self.play.scenario.principals
        return {self.principals[name].address for name, actor in cast_list.items() if actor.hostile}

    def close(self) -> None:
        self.gateway.remove(self.world)

    def _founded(self) -> datetime:
        """When the account was opened: some weeks before anything was built in it."""
        age = timedelta(days=self._chance("founding").uniform(30, 70))
        return self.world.clock.now() - self.play.scenario.built - age

    def _play_the_past(self, progress: Progress) -> None:
        scenario, now, chance = self.play.scenario, self.world.clock.now(), self._times
        built = now - scenario.built
        acts = [
            (built, self.play.act("baseline")),
            (now - _between(scenario.injected, chance), self.play.act("inject")),
            (now - _between(scenario.attacked, chance), self.play.act("detonate")),
        ]
        for when, act in acts:
            self.began[act.__name__] = when
            self.timeline.at(when, lambda act=act: self.perform(act))  # type: ignore[misc]
        for routine in self._routines():
            pulse = routine.pulse
            self._recur(routine, routine.every, now - routine.since, until=now if pulse else None)
            if pulse:
                self._recur(routine, pulse, now + pulse / 2)
        if prowl := getattr(self.play.module, "prowl", None):
            self._recur(Routine(prowl, _PROWL, timedelta()), _PROWL, now + _PROWL / 2)
        if self.play.ways:
            self._come_back(now + _PROWL / 2)
        with self.world.clock.pinned(built):
            for step in range(1, 41):
                self.timeline.play_until(built + (now - built) * step / 40)
                progress(step / 40)

    def _routines(self) -> Sequence[Routine]:
        routines: Sequence[Routine] = getattr(self.play.module, "routines", ())
        return routines

    def _recur(
        self, routine: Routine, period: timedelta, start: datetime, until: datetime | None = None
    ) -> None:
        """Play `routine` about every `period`, from about `start` on."""

        def act() -> None:
            off = self._times.uniform(-routine.jitter, routine.jitter) * period
            if until is None or start + period < until:
                self._recur(routine, period, start + period, until)
            self.timeline.at(
                max(self.world.clock.now(), start + off), lambda: self._go_about(routine)
            )

        self.timeline.at(start - routine.jitter * period, act)

    def go_through(self, act: Callable[..., Any]) -> list[str]:
        """Play an act, each step of a generator whatever became of the one before; what went wrong.

        A refusal, or a failed `assert`, ends an act; it doesn't stop the world.
        """
        errors = []
        try:
            for step in steps(self.perform(act)):
                try:
                    step()
                except (ClientError, BotoCoreError, AssertionError) as error:
                    errors.append(str(error))
        except (ClientError, BotoCoreError, AssertionError) as error:
            errors.append(str(error) or f"{act.__name__} did not find what it expects")
        return errors

    def _go_about(self, routine: Routine) -> None:
        began, errors = self.world.clock.now(), self.go_through(routine.act)
        if routine.name and self._arrived:
            self.company.ran(began, routine.name, errors[0] if errors else "")

    def _come_back(self, start: datetime) -> None:
        """The adversary comes back about every two hours, from about `start` on."""

        def again() -> None:
            self._come_back(start + _PROWL)
            self.adversary.come_back()

        self.timeline.at(start + self._times.uniform(-0.2, 0.2) * _PROWL, again)

    def _principal(self, name: str, actor: Actor) -> Principal:
        chance = self._chance(name)
        agent = actor.agent(chance) if callable(actor.agent) else actor.agent
        origin = Origin(networks.address(self._networks[actor.network], chance), agent, actor.tls)
        keys = None if actor.keys is None else lambda: self._keys(actor)
        return self._enact(name, origin, keys, chance)

    def _keys(self, actor: Actor) -> Any:
        if not callable(actor.keys):
            return self.facts[actor.keys or ""]
        before = len(self.journal)
        try:
            return cast(actor.keys, self.cast())
        finally:
            del self.journal[before:]

    def _admin(self) -> Principal:
        chance = self._chance("admin")
        address = networks.address(self._networks["head office"], chance)
        origin = Origin(
            address, "aws-cli/2.17.62 md/Botocore#2.17.62 ua/2.0 os/macos md/arch#arm64"
        )
        return self._enact("admin", origin, self.learner.administrator, chance)

    def responder(self) -> Principal:
        """The learner's own principal, for fixes: it has done nothing yet."""
        return self._responder.begin_anew()

    @cached_property
    def _responder(self) -> Principal:
        keys = {
            "AccessKeyId": self.learner.access_key_id,
            "SecretAccessKey": self.learner.secret_access_key,
        }
        return self._enact(
            "responder", Origin("127.0.0.1", "Boto3 responder"), lambda: keys, random.Random(0)
        )

    def auditor(self) -> Principal:
        """Reads the state of the account for a check, with every right and unseen."""
        return self._auditor.begin_anew()

    @cached_property
    def _auditor(self) -> Principal:
        root = Caller(
            CallerType.ROOT,
            self.account.id,
            f"arn:aws:iam::{self.account.id}:root",
            self.account.id,
        )
        origin = Origin(
            "127.0.0.1", "auditor", vouched=root, account_id=self.account.id, recorded=False
        )
        return self._enact(
            "auditor",
            origin,
            lambda: {"AccessKeyId": "-", "SecretAccessKey": "-"},
            random.Random(0),
            self._looked_at,
        )

    def _looked_at(self, environ: dict[str, Any]) -> Response:
        """What the gateway answers to who only looks: what is drawn for that is drawn again later.

        A check is in no journal, so it must not decide which id comes next.
        """
        with self.gateway.turn(self.world):
            generator = moto.generator()
            before = generator.getstate()
            try:
                return self.gateway.respond(environ)
            finally:
                generator.setstate(before)

    def computed(self, name: str, origin: Origin, keys: Callable[[], Any]) -> Principal:
        """A program as a principal, with the credentials that `keys` fetches when it starts."""
        return self._enact(name, origin, keys, self._chance(name))

    def _enact(
        self,
        name: str,
        origin: Origin,
        keys: Callable[[], Any] | None,
        chance: random.Random,
        respond: Callable[[dict[str, Any]], Response] | None = None,
    ) -> Principal:
        region = self.play.scenario.region
        return Principal(
            name,
            respond or self.gateway.respond,
            origin,
            keys,
            region,
            self,
            chance,
            self.journal,
            browser=Browser(self.gateway, self.account),
            reach=self,
            hosts=self.hosts,
        )

    def _chance(self, what: str) -> random.Random:
        return random.Random(f"{self.play.id}/{self.seed}/{what}")


def _between(ages: tuple[timedelta, timedelta], chance: random.Random) -> timedelta:
    young, old = ages
    return young + (old - young) * chance.random()
