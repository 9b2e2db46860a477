"""What an evening of grading leaves behind: tables, pages for learners, an overview of the class."""

from simulator.gradebook.write import Written, write

__all__ = ["Written", "write"]
