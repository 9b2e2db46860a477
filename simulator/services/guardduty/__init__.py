"""Amazon GuardDuty's operations: the backend's own know no finding."""
