"""What others do with a list of addresses. Run as a script, with the Python of a peer's own environment:

    python bench/crawl/contestants.py NAME URLS.txt

Imports nothing of this project. Prints the number of pages in which a text was found (fetched, where nothing is read).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

CONCURRENT = 32  # requests at once, as the project's settings have it; of one host 8, as its crawl on loopback


def _scrapy(urls: list[str], read: Callable[[Any], object]) -> int:
    import scrapy
    from scrapy.crawler import CrawlerProcess

    found = 0

    class Reader(scrapy.Spider):
        name = "reader"

        async def start(self) -> Any:
            for url in urls:
                yield scrapy.Request(url, dont_filter=True)

        def parse(self, response: Any) -> Any:
            nonlocal found
            text = read(response)
            if text:
                found += 1
                yield {"url": response.url, "text": text}

    process = CrawlerProcess(
        {
            "LOG_ENABLED": False,
            "CONCURRENT_REQUESTS": CONCURRENT,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
            "DOWNLOAD_DELAY": 0,
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
        }
    )
    process.crawl(Reader)
    process.start()
    return found


def scrapy_alone(urls: list[str]) -> int:
    return _scrapy(urls, lambda response: len(response.body))


def inline(urls: list[str], *, fast: bool = False) -> int:
    from trafilatura import bare_extraction

    def read(response: Any) -> object:
        found: Any = bare_extraction(response.body, url=response.url, with_metadata=True, fast=fast)
        return found.text if found else None

    return _scrapy(urls, read)


def inline_fast(urls: list[str]) -> int:
    return inline(urls, fast=True)


_http: Any = None  # of a process


def _fetch_and_extract(url: str) -> bool:
    import urllib3
    from trafilatura import extract

    global _http
    _http = _http or urllib3.PoolManager()
    return bool(extract(_http.request("GET", url).data, url=url, with_metadata=True))


def trafilatura_alone(urls: list[str]) -> int:
    """Its extraction in a process per core. What it fetches with itself refuses loopback; urllib3 lies below that."""
    with ProcessPoolExecutor() as pool:
        return sum(pool.map(_fetch_and_extract, urls, chunksize=10))


def newspaper4k(urls: list[str]) -> int:
    from newspaper import Article  # type: ignore[import-not-found]

    found = 0
    for url in urls:
        article = Article(url, language="id")
        article.download()
        article.parse()
        found += bool(article.text)
    return found


def news_please(urls: list[str]) -> int:
    from newsplease import NewsPlease  # type: ignore[import-not-found]

    articles = (NewsPlease.from_url(url) for url in urls)
    return sum(bool(article and article.maintext) for article in articles)


CONTESTANTS = {
    "Scrapy alone": scrapy_alone,
    "Scrapy + trafilatura inline": inline,
    "the same, fast": inline_fast,
    "trafilatura alone": trafilatura_alone,
    "newspaper4k": newspaper4k,
    "news-please": news_please,
}

if __name__ == "__main__":
    logging.disable(logging.ERROR)
    print(CONTESTANTS[sys.argv[1]](Path(sys.argv[2]).read_text().split()))
