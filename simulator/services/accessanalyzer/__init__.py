"""IAM Access Analyzer's API, whole but for policy generation and internal access.

What it does is in `simulator.access_analyzer`. Source: "IAM Access Analyzer API Reference".
"""
