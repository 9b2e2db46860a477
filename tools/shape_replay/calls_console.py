"""Signing in to the console."""

from __future__ import annotations
