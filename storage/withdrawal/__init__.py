"""Takedown: text removed from the corpus, and tombstones that refuse it when it comes again.

May import: corpus, copies, database, frontier. Offers ``withdraw`` and ``refused``; WARC files are
erased in ``crawler.archive``.
"""

from storage.withdrawal.takedown import Refused, knows_outlet, refused, tombstones, withdraw

__all__ = ["Refused", "knows_outlet", "refused", "tombstones", "withdraw"]
