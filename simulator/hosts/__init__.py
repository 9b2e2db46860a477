"""What runs on the account's instances: services, processes, files, and the metadata service.

`Host`, `Process`, `Ssh`, `Web` and `Fetch` are the words a scenario says it in.
"""

from simulator.hosts.host import Fetch, Host, Process, Service, Ssh, Web

__all__ = ["Fetch", "Host", "Process", "Service", "Ssh", "Web"]
