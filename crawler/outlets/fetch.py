"""A name that scripts may rely on: the client that ``scrapy outlets --check`` and ``explain URL`` ask with."""

from crawler.fetching.client import Answer, Fetcher, Refused

__all__ = ["Answer", "Fetcher", "Refused"]
