"""Systems Manager Automation: AWS's runbooks, which really change things."""
