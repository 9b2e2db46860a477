"""The learners of a made-up class."""

from __future__ import annotations

import random
import re
import string

from faker import Faker

from simulator.roster import Member, Roster, seed_of


def learners(count: int, number: int = 0) -> Roster:
    """`count` learners, the same for the same number. Nobody of these names is meant."""
    fake, chance = Faker("en_US"), random.Random(f"evening/{number}")
    fake.seed_instance(f"evening/{number}")
    members = []
    for index in range(count):
        name = f"{fake.first_name()} {fake.last_name()}"
        learner = f"{re.sub('[^a-z]+', '-', name.lower())}-{index:03}"
        token = "".join(chance.choices(string.ascii_letters + string.digits, k=22))
        members.append(Member(learner, token, seed_of(token), name, f"{learner}@example.org"))
    return Roster(members)
