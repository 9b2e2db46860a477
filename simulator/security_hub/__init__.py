"""AWS Security Hub: controls checked on the account's real state, and findings in one format."""
