"""What is said of a policy document alone: ValidatePolicy and the custom policy checks."""
