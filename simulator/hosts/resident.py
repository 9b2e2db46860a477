"""Somebody who acts on an instance: a process there, whoever started it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.account.principal import Principal
from simulator.hosts import files, imds, places
from simulator.hosts.asked import Completed
from simulator.hosts.host import Process
from simulator.hosts.machine import Machine, find
from simulator.hosts.reach import connect
from simulator.hosts.shell import Shell
from simulator.hosts.web import ask
from simulator.network.message import Reply, WebRequest

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from simulator.hosts.hosts import Hosts


class Resident(Principal):
    """A process on an instance.

    `resident.s3` calls AWS from there with the instance's role, as an SDK does; `run`, `get`,
    `write` and `start` are what else it does. While the instance doesn't run, nothing of it works.
    """

    def __init__(
        self, who: Principal, hosts: Hosts, machine: Machine, user: str, container: bool
    ) -> None:
        agent = who.origin.user_agent or "Boto3"
        super().__init__(
            f"{who.name} on {machine.id}",
            self._send,
            places.origin(machine, agent),
            self.role_credentials,
            machine.region,
            who._pace,
            who._rng,
            who._journal,
            hosts=hosts,
        )
        self._answer, self._site, self._id = who._serve, hosts, machine.id
        self.user, self._hops = user, 1 if container else 0

    def run(self, script: str) -> Completed:
        """Run a shell script: what it prints on both outputs, and its exit code."""
        with self._site.turn():
            done = Shell(self._machine(), self.user, self._hops).run(script)
        self._did(f"run {script}", None if done.code == 0 else str(done.code))
        return done

    def role_credentials(self) -> dict[str, Any]:
        """The instance's credentials, fetched as an SDK does: with a token if it gets one.

        Raises:
            CredentialRetrievalError: the metadata service gives none.
        """
        from botocore.exceptions import BotoCoreError, CredentialRetrievalError

        base = f"http://{imds.IPV4}/latest"
        try:
            wanted = WebRequest(f"{base}/api/token", "", "PUT", {imds.TTL: "21600"})
            token = self._visit(wanted)
            headers = {imds.TOKEN: token.body} if token.ok else {}
        except BotoCoreError:
            headers = {}
        url = f"{base}/meta-data/iam/security-credentials/"
        try:
            role = self._visit(WebRequest(url, "", headers=headers))
            found = self._visit(WebRequest(f"{url}{role.body}", "", headers=headers))
        except BotoCoreError as error:
            raise CredentialRetrievalError(provider="iam-role", error_msg=str(error)) from error
        held = json.loads(found.body) if role.ok and found.ok else {"Code": f"{role.status}"}
        if held["Code"] != "Success":
            raise CredentialRetrievalError(provider="iam-role", error_msg=held["Code"])
        return {
            "AccessKeyId": held["AccessKeyId"],
            "SecretAccessKey": held["SecretAccessKey"],
            "SessionToken": held["Token"],
            "Expiration": held["Expiration"],
        }

    def write(self, path: str, text: str) -> None:
        """Make a file."""
        with self._site.turn():
            files.write(self._machine(), path, text)

    def start(self, process: Process) -> int:
        """Start a program; its process id. A `started_by` makes it come back after a boot."""
        with self._site.turn():
            machine = self._machine()
            if process.started_by:
                self._site.install(machine, process)
            return machine.start(process)

    def _visit(self, request: WebRequest) -> Reply:
        with self._site.turn():
            return ask(self._machine(), request, self._hops)

    def _machine(self) -> Machine:
        from botocore.exceptions import EndpointConnectionError

        machine = find(self._site.account.world, self._id)
        if machine is None or not machine.runs:
            raise EndpointConnectionError(endpoint_url=f"ec2://{self._id}")
        return machine

    def _send(self, environ: dict[str, Any]) -> Response:
        """Send an API call, from where the instance is now. The next one asks for credentials anew."""
        self.sign_in()
        with self._site.turn():
            machine = self._machine()
            service = self._service(environ)
            connect(machine.account.world, self._id, service, 443, f"https://{service}")
            environ["drill.origin"] = replace(
                places.origin(machine, self.origin.user_agent or ""), tls=self.origin.tls
            )
            environ["REMOTE_ADDR"] = environ["drill.origin"].source_ip
        return self._answer(environ)

    @staticmethod
    def _service(environ: Mapping[str, Any]) -> str:
        """The host name of the endpoint, as the signature's scope tells it."""
        scope = str(environ.get("HTTP_AUTHORIZATION", "")).partition("Credential=")[2].split("/")
        return f"{scope[3]}.{scope[2]}.amazonaws.com" if len(scope) > 4 else "amazonaws.com"
