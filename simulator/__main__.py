"""`python -m simulator` is `drill`."""

from simulator.cli import main

main()
