"""IAM Access Analyzer: who else could reach a resource, what nobody uses, what a policy says."""
