"""A page's bytes to an article: decoding, metadata, body, cleaning, dates, attribution.

May import: outlets, storage.article; nothing of Scrapy, nothing of the database. ``extract`` is a pure function and
gives plain data back: the same code serves the live crawl, WARC files and re-extraction, in any process.
"""

from crawler.extraction.article import EXTRACTOR_VERSION, extract
from crawler.extraction.cleaning.lines import clean_text
from crawler.extraction.hints import Hints
from crawler.extraction.pagination import join

__all__ = ["EXTRACTOR_VERSION", "Hints", "clean_text", "extract", "join"]
