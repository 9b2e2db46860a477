"""Where a simulator is found when nobody says otherwise."""

PORT = 4598
"""Of the simulated AWS; the control API listens on the next one."""
