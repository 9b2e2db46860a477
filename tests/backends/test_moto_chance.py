"""What moto makes up is drawn from the world's chance."""

from __future__ import annotations

import random
import string

import pytest

from simulator.backends import moto


@pytest.mark.parametrize("digits", [True, False])
@pytest.mark.parametrize("lower", [True, False])
def test_a_text_is_drawn_as_one_choice_after_the_other(digits: bool, lower: bool) -> None:
    moto.prepare()
    chance = moto.generator()
    before = chance.getstate()
    try:
        pool = string.ascii_letters + (string.digits if digits else "")
        for seed in range(20):
            chance.seed(seed)
            plain = random.Random(seed)
            text = "".join(plain.choice(pool) for _ in range(52))
            drawn = chance.get_random_string(52, digits, lower)  # type: ignore[attr-defined]
            assert drawn == (text.lower() if lower else text)
            assert chance.getrandbits(32) == plain.getrandbits(32)
    finally:
        chance.setstate(before)
