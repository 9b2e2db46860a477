"""Route 53 Resolver: DNS Firewall, and turning query logging off, which the backend lacks."""
