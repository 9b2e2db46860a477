"""Lambda functions whose code is an act of a scenario, run by EventBridge's schedules or by hand."""
