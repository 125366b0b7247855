"""Full-text search of the corpus.

May import: corpus, database. Offers ``search``, ``count`` and ``parse``, ``listing`` and ``missed`` for pages of
results that are bounded at any size; the index itself is ``storage.database.fulltext``.
"""

from storage.search.language import parse
from storage.search.query import Hit, count, places, search
from storage.search.results import Asked, Listing, listing, missed

__all__ = ["Asked", "Hit", "Listing", "count", "listing", "missed", "parse", "places", "search"]
