"""AWS Security Hub (CSPM). The backend's own is not used: nothing of it is real."""
