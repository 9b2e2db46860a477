"""Filter patterns of CloudWatch Logs.

Source: "Filter pattern syntax for metric filters, subscription filters, filter log events, and
Live Tail" (Amazon CloudWatch Logs User Guide).
"""
