"""Full-text search of the corpus.

May import: corpus, database. Offers ``search``, ``count`` and ``parse``; the index itself is
``storage.database.fulltext``.
"""

from storage.search.language import parse
from storage.search.query import Hit, count, search

__all__ = ["Hit", "count", "parse", "search"]
