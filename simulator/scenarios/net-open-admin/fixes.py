"""Responses."""
from simulator.scenario import fix


@fix()
def reference():
    """x"""
