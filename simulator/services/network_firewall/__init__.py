"""AWS Network Firewall: rule groups, policies, and firewalls with their endpoints.

What they do to a packet is in `simulator.network.firewall`. Not simulated, and refused: firewalls of
transit gateways and internet gateways, rule groups other than stateless and stateful ones, TLS
inspection.
Source: AWS Network Firewall API Reference.
"""
