"""What GuardDuty finds: a module for each family of finding types."""
