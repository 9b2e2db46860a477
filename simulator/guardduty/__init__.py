"""Amazon GuardDuty: findings out of what an account's records, flows and DNS queries tell."""
