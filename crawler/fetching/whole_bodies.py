"""A torn answer is no answer: bodies are unpacked here, and one that ended on the way never passes for whole.

Scrapy's own unpacking takes what there is of a stream that ends early, and fails on a plain body that says it is
packed. What a length or a stream's own end proves to be torn is a failed fetch. A body without a length that stops
before its document does may only be sloppy: it is flagged as ``SUSPECT``, and who reads it asks once more.
"""

from __future__ import annotations

import re

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.responsetypes import responsetypes

from crawler.fetching.encodings import NotDecodable, TooLarge, decode
from crawler.fetching.errors import TornPage
from crawler.fetching.size_limit import CUT

SUSPECT = "suspect"  # flag of an answer that may be torn
# Flags that Scrapy gives: the connection's end was the body's; fewer bytes came than were announced.
_NO_LENGTH, _TOO_SHORT = "partial", "dataloss"
_ENDS = re.compile(rb"</(?:\w{1,20}:)?(?:html|rss|feed|rdf|urlset|sitemapindex)\s{0,20}>", re.IGNORECASE)
_BEGINS = re.compile(
    rb"[\s\xef\xbb\xbf]{0,200}(?:<\?xml|<!doctype|<!--|<(?:html|head|body|rss|feed|urlset|sitemapindex|rdf:rdf)\b)",
    re.IGNORECASE,
)


class WholeBodies:
    """Downloader middleware between the raw answer and Scrapy's own unpacking, which finds nothing left to do."""

    def __init__(self, crawler: Crawler) -> None:
        self.max_size = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WholeBodies:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """The answer unpacked. Raises ``TornPage``, and ``IgnoreRequest`` for what is too large."""
        if CUT in response.flags:  # cut off by us: Scrapy unpacks as much as came
            return response
        if response.status == 206 and "Range" not in request.headers:
            raise TornPage("a part (206) that nobody asked for")
        packed = bool(response.headers.getlist("Content-Encoding"))
        if packed:
            response = self._unpacked(request, response)
        if response.status != 200:
            return response
        if _TOO_SHORT in response.flags and not packed and not is_complete(response.body):
            raise TornPage("shorter than its server said")
        if _NO_LENGTH in response.flags and not packed and not is_complete(response.body):
            for validator in ("ETag", "Last-Modified"):  # "not modified" later would make it whole
                response.headers.pop(validator, None)
            return response.replace(flags=[*response.flags, SUSPECT])
        return response

    def _unpacked(self, request: Request, response: Response) -> Response:
        names = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        most = int(request.meta.get("download_maxsize") or self.max_size)
        try:
            body = decode(response.body, names, most, whole=True)
        except TooLarge as error:
            raise IgnoreRequest(f"{response.url}: {error}") from error
        except NotDecodable as error:
            if response.status >= 300:  # its status says it all
                body = b""
            else:
                raise TornPage(str(error)) from error
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        made = responsetypes.from_args(headers=headers, url=response.url, body=body)
        return response.replace(cls=made, body=body, headers=headers)


def is_complete(body: bytes) -> bool:
    """Whether a document goes on to its own end: the last tag of HTML or XML, the last bracket of JSON.

    Of what is neither nothing can be said: it is taken for complete.
    """
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start in (b"{", b"["):
        return body.rstrip()[-1:] in (b"}", b"]")
    if start == b"<" or _BEGINS.match(body):
        return _ENDS.search(body) is not None
    return True
