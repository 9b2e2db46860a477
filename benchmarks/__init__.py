"""Side-by-side speeds: run `make bench`. Nothing here is a test."""
