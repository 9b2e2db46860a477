"""The query language of CloudWatch Logs Insights: text → commands → rows.

Source: "CloudWatch Logs Insights language query syntax" (Amazon CloudWatch Logs User Guide). A query
is untrusted: its work is counted in steps, and its regular expressions never backtrack, so that
the same query ends in the same way on every machine.
"""
