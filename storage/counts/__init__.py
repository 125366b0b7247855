"""Counts by outlet and day, or month, that are kept beside the corpus so that an overview needs no scan.

Triggers note which outlet's day a write touched; ``refresh`` counts those anew, at the end of whatever wrote and before
somebody looks. May import: storage.frontier, storage.database. Offers ``refresh`` and ``reading``.
"""

from storage.counts.refreshing import refresh

__all__ = ["refresh"]
