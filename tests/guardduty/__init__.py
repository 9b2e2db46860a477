"""Tests of GuardDuty."""
