"""The past of the corpus: revisions of an article, and snapshots that are exported again byte for byte.

May import: corpus, database, export. Offers ``revisions`` and ``snapshots``.
"""
