"""The Wayback Machine as a source: its CDX server, read with resume keys."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from crawler import urls
from crawler.discovery.candidates import Candidate, ListingResult, Page, Window
from crawler.discovery.captures import LAG, MAX_INDEX, Context, capture_of, timestamp
from crawler.outlets import Outlet

LIMIT = 1_000  # rows of one CDX answer


def question(
    base: str, domain: str, window: Window, words: str, resume: str | None = None, number: int = 1
) -> Candidate:
    """Page ``number`` of a domain's captures in the window, from ``resume`` (a resume key) on.

    ``words``: alternatives of a regular expression of which a capture's URL must hold one; "" asks for all.
    """
    base = base.rstrip("/")
    asked = [
        ("url", domain),
        ("matchType", "host" if urls.is_address(domain) else "domain"),
        ("output", "json"),
        # The server collapses and resumes by what it prints: without urlkey both break, and only the first page comes.
        ("fl", "urlkey,timestamp,original,mimetype,statuscode,digest,length"),
        ("filter", "statuscode:200"),
        ("filter", "mimetype:text/html"),
        ("collapse", "urlkey"),
        ("limit", str(LIMIT)),
        ("showResumeKey", "true"),
    ]
    if words:
        asked.append(("filter", f"original:(?i).*({words}).*"))
    if window.since:
        asked.append(("from", f"{window.since:%Y%m%d}"))
    if window.until:
        asked.append(("to", f"{window.until + LAG:%Y%m%d}"))
    if resume:
        asked.append(("resumeKey", resume))
    context: Context = {
        "base": base, "domain": domain, "words": words, "page": number, "start": f"{base}/cdx {domain}",
    }  # fmt: skip
    return Candidate(f"{base}/cdx/search/cdx?{urlencode(asked)}", kind="wayback", source="wayback", context=context)


def read_wayback(page: Page, outlet: Outlet, window: Window) -> ListingResult:
    """Captures of articles from one CDX answer, the earliest of each page, and the next answer by its resume key."""
    try:
        rows = json.loads(page.body[:MAX_INDEX] or b"[]")
    except (ValueError, RecursionError):
        return ListingResult(troubles=["CDX answer is not JSON"], unread=True)
    if not isinstance(rows, list):
        return ListingResult(troubles=["CDX answer is not a list"], unread=True)
    base = str(page.context.get("base") or "")
    result, resume = ListingResult(), None
    names: list[str] = []
    seen: set[str] = set()
    for row in rows:
        if not isinstance(row, list) or not all(isinstance(value, str) for value in row):
            continue
        if not names:
            names = row
        elif len(row) == 1:
            resume = row[0]  # after an empty row
        elif len(row) == len(names):
            fields = dict(zip(names, row, strict=True))
            original = urls.clean(fields.get("original", ""))
            taken = timestamp(fields.get("timestamp", ""))
            if original is None or taken is None:
                continue
            key = urls.page_key(original, outlet)
            capture = f"{base}/web/{fields['timestamp']}id_/{fields['original']}"
            item = capture_of(capture, original, taken, "wayback", outlet, window)
            if item and key not in seen:
                seen.add(key)
                result.candidates.append(item)
    if resume:
        number = int(page.context.get("page") or 1) + 1
        result.candidates.append(
            question(
                base, str(page.context.get("domain")), window, str(page.context.get("words") or ""), resume, number
            )
        )
    return result
