"""Macie, through the gateway."""
