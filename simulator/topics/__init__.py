"""Amazon SNS: what becomes of a message that was published to a topic."""
