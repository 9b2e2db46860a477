"""Amazon CloudWatch: metrics and alarms. Dashboards and the rest are the backend's."""
