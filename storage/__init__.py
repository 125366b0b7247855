"""The corpus database. Knows nothing of Scrapy or HTML, and imports nothing of ``crawler``.

``article`` is the one document type that flows through the house, ``errors`` its error tree, ``identity`` says which
URLs are one article, ``masking`` hides passwords. Rooms, from the bottom: database · frontier · copies · corpus ·
export · history · search · withdrawal. ``storage.db`` and ``storage.filters`` are names that scripts may rely on.
"""
