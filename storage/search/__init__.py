"""Full-text search of the corpus.

May import: corpus, database. Offers ``search`` and ``count``; the index itself is ``storage.database.fulltext``.
"""

from storage.search.query import Hit, count, search

__all__ = ["Hit", "count", "search"]
