"""`scrapy browse`: a local web application to search a corpus, look at its evidence, audit it and see its coverage.

May import: report, processing, archive, relevance, storage. Offers ``application`` (ASGI) and ``Sources``, what it
reads. Pages are made on the server; every asset is in this package; nothing outside this machine is ever asked for.

``guard`` is what every answer and every decision goes through, ``texts`` the languages, ``finding`` the search,
``evidence`` an article with its evidence, ``audit`` the queues and decisions, ``frames`` archived pages made harmless.
"""

from crawler.browse.app import application
from crawler.browse.sources import Sources

__all__ = ["Sources", "application"]
