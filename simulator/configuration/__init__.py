"""AWS Config: what resources looked like and when, rules on them, and their remediation."""
