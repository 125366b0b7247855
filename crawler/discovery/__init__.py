"""Sources: how candidate URLs are found. Pure functions of bytes; nothing here opens a connection.

May import: archive.reader, outlets, urls, relevance.words, storage.article. ``entries`` names what to ask first for an
outlet, ``read`` what an answer to it holds; one module per kind of source.
"""

from crawler import urls
from crawler.discovery import archives, blogger, wordpress
from crawler.discovery import timestamps as dates
from crawler.discovery.archives import Services
from crawler.discovery.candidates import Candidate, ListingResult, Page, Window
from crawler.discovery.sources import READS_FAILURES, detect_platform, entries, platform_of, read

__all__ = [
    "READS_FAILURES",
    "Candidate",
    "ListingResult",
    "Page",
    "Services",
    "Window",
    "archives",
    "blogger",
    "dates",
    "detect_platform",
    "entries",
    "platform_of",
    "read",
    "urls",
    "wordpress",
]
