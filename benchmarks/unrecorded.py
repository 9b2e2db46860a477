"""The simulator with its recording taken out: what the cost of recording is measured against."""

from __future__ import annotations

from simulator.cli import main
from simulator.gateway import app

if __name__ == "__main__":
    app.record = lambda call, accounts: None
    main()
