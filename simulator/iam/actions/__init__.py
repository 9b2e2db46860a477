"""Which IAM actions, resources and context an API call needs.

Sources: AWS's Service Authorization Reference, as data (see `data/README.md`), and per service
the exceptions that its developer guide states, as Python modules beside this one.
"""

from __future__ import annotations

from simulator.iam.actions.needed import Lookup, Needed, Request, Unmapped
from simulator.iam.actions.services import SERVICES
from simulator.iam.actions.table import covered, needed

__all__ = ["SERVICES", "Lookup", "Needed", "Request", "Unmapped", "covered", "needed"]
