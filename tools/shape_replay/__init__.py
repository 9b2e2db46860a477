"""The calls behind real CloudTrail records, made again in a simulated account.

`stage` sets up the account and who calls, the modules `calls_…` say how each call is prepared and
made, and `compare` holds the record that the account wrote against the real one.
"""
