"""Log files as pandas frames, as the learner reads them: from a bucket or from disk.

Columns are named as AWS's documentation names the fields, in snake case. Times are aware UTC.
"""

from simulator.notebook.logs.kinds import KINDS, Kind, find
from simulator.notebook.logs.reading import logs

__all__ = ["KINDS", "Kind", "find", "logs"]
