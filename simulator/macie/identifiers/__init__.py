"""Managed data identifiers: what each looks for, by AWS's own ids."""
