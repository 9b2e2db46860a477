"""AWS Config: recorder, delivery channel, history, rules, compliance and remediation."""
