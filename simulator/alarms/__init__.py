"""Amazon CloudWatch: metric filters emit, metrics are kept, alarms change state and act."""
