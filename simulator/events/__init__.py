"""Amazon EventBridge: buses, rules, and the delivery of events to targets."""
