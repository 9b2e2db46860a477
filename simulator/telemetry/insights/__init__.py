"""CloudTrail Insights: calls and errors of an account that are unusually many.

Source: "Working with CloudTrail Insights" (CloudTrail User Guide). AWS doesn't publish the model
that tells the unusual from the usual; the one here is in `baseline`.
"""
