"""Other stories on a page: the next article of an endless page, whole posts of a front page, lists of teasers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from crawler.extraction.body.block import Block
from crawler.extraction.body.blocks import HEADINGS, Blocks
from crawler.extraction.body.boxes import MORE
from crawler.extraction.body.prose import is_prose
from crawler.extraction.cleaning import readers
from crawler.extraction.cleaning.bylines import is_date_line
from crawler.extraction.cleaning.lines import fold, is_paragraph

_HEADLINE_WORDS = 3
_OTHERS_CHARS = 150  # characters of paragraphs under a headline that make it a story of its own
_OWN_CHARS = 120  # the same for the page's own story, before another one is believed
_THREAD_HEAD = 220  # characters of the longest heading of a readers' part
_THREADS = 5  # readers' parts of a page that are looked for
_THREAD_LOOK = 30  # blocks below it that are looked at
_READERS = re.compile(
    r"komentar|tanggapan|comment|balasan|repl(?:y|ies)|diskusi|respon|pendapat|pembaca", re.IGNORECASE
)
_ENTRIES = 3  # dated headlines without links from which a page is a live page
_POSTS = 3  # whole posts under linked headlines from which a page is a front page or an archive
_TEASERS = 3  # links "Selengkapnya" behind paragraphs from which a page is a list
_NUMBERED = re.compile(r"^\W{0,3}\d{1,2}[.):]\s")
_LIST_ADDRESS = re.compile(
    r"/(?:tags?|topik|topics?|kategori|category|categories|author|penulis|search|cari|indeks?|rubrik|arsip|archives?|label)"
    r"(?:/|$)|[?&](?:s|q|tag|cat|paged?)=",
    re.IGNORECASE,
)
# A front page; a story of an old site may be one with its number behind ("/?p=81", "/index.php?id=9").
_FRONT = re.compile(r"^https?://[^/?#]+(?:/(?:index|home|default)\.\w{3,5}|/)?(?:#.*)?$", re.IGNORECASE)


@dataclass(slots=True)
class Others:
    """Which blocks are other stories' (``foreign``), and whether the page is no single article (``several``)."""

    foreign: list[tuple[int, int]] = field(default_factory=list)
    several: bool = False


def find_others(reading: Blocks, own: frozenset[str], url: str) -> Others:
    """The stories on a page that are not its own. ``own`` are the folded titles of the page."""
    blocks = reading.blocks
    heads = [
        (at, block)
        for at, block in enumerate(blocks)
        if block.tag in ("h1", "h2", "h3", "h4")
        and len(block.text.split()) >= _HEADLINE_WORDS
        and not _NUMBERED.match(block.text)
    ]
    first = next((at for at, block in heads if is_own(block, own, url)), None)
    if first is None:  # pages that show their headline without a heading's tag
        first = next(
            (at for at, block in enumerate(blocks) if fold(block.text) in own and block.link_share < 0.5), None
        )
    if first is None:
        first = next((at for at, block in enumerate(blocks) if block.tag == "h1"), None)
    starts = {start: (start, end) for _, start, end, _ in reading.ranges if end > start + 1}  # the outermost comes last
    dated = _dated(blocks, heads, first)
    found: list[tuple[int, int]] = []
    for at, block in heads:
        if at == first or is_own(block, own, url):
            continue
        linked = block.link_share >= 0.9 and at in starts
        if not linked and at not in dated and not (block.tag == "h1" and first is not None and first < at in starts):
            continue
        start, end = starts[at] if at in starts else (at, _end_of_parent(reading, at))
        if (not found or start >= found[-1][1]) and _prose(blocks, start, end) >= _OTHERS_CHARS:
            found.append((start, end))
    if not found:
        return Others(several=_posts(reading, url) >= _POSTS)
    own_text = sum(len(b.text) for at, b in enumerate(blocks) if is_prose(b.text, b.link_chars)
                   and (first is None or at > first) and not any(s <= at < e for s, e in found))  # fmt: skip
    if own_text < _OWN_CHARS:
        return Others(several=len(found) > 1)
    return Others([span for span in found if first is None or span[0] > first])


def threads(reading: Blocks) -> list[tuple[int, int]]:
    """The readers' parts of a page, each from its heading to the end of the element that holds it: they may say more
    than a short article does."""
    blocks = reading.blocks
    found = []
    told = 0
    for at, block in enumerate(blocks):
        if len(block.text) <= _THREAD_HEAD and told >= _OWN_CHARS and _READERS.search(block.text):
            below = [other.text for other in blocks[at + 1 : at + _THREAD_LOOK]]
            if readers.begins(block.text, lambda below=below: below, is_paragraph):  # type: ignore[misc]
                found.append((at, _end_of_parent(reading, at)))
                if len(found) >= _THREADS:
                    break
        elif is_prose(block.text, block.link_chars):
            told += len(block.text)
    return found


def _dated(blocks: Sequence[Block], heads: Sequence[tuple[int, Block]], first: int | None) -> frozenset[int]:
    """Headlines without a link that have a day or a byline of their own right below, behind the page's own text. Where
    there are many they are the entries of one live page."""
    if first is None:
        return frozenset()
    found: list[int] = []
    told, upto = 0, first + 1
    for at, _ in heads:
        if at <= first or not any(is_date_line(block.text) for block in blocks[at + 1 : at + 3]):
            continue
        told += sum(len(block.text) for block in blocks[upto:at] if is_prose(block.text, block.link_chars))
        upto = at
        if told >= _OWN_CHARS:
            found.append(at)
        if len(found) >= _ENTRIES:
            return frozenset()
    return frozenset(found)


def _end_of_parent(reading: Blocks, at: int) -> int:
    """Where the element ends that holds a headline and what stands below it."""
    return min((end for _, start, end, _ in reading.ranges if start <= at and end > at + 1), default=at + 1)


def _posts(reading: Blocks, url: str) -> int:
    """How many whole posts stand below each other, each under a linked headline of any length; 0 on a page that has
    text above the first of them."""
    blocks = reading.blocks
    heads = [
        at
        for at, block in enumerate(blocks)
        if block.tag in HEADINGS and block.link_share >= 0.9 and not is_own(block, frozenset(), url)
    ]
    if len(heads) < _POSTS or any(is_prose(block.text, block.link_chars) for block in blocks[: heads[0]]):
        return 0
    bounds = zip(heads, [*heads[1:], len(blocks)], strict=True)
    told = [blocks[at].links[0][0] for at, end in bounds if _prose(blocks, at, end) >= _OTHERS_CHARS]
    return len(set(told))


def is_own(block: Block, own: frozenset[str], url: str) -> bool:
    """Whether a headline is the page's: by its words, or because it links to the page itself."""
    said = fold(block.text)
    if any(said == title or (len(said) > 20 and (said in title or title in said)) for title in own):
        return True
    here = urlsplit(url).path.rstrip("/")
    for address, _ in block.links:
        try:
            path = urlsplit(urljoin(url, address)).path.rstrip("/")
        except ValueError:
            continue
        if len(here) > 1 and path == here:
            return True
    return False


def is_list(blocks: Sequence[Block], url: str, declared: bool) -> bool:
    """Whether blocks are a list of teasers: paragraphs that end in "Selengkapnya", or a list by its address.

    ``declared``: the page calls itself an article; then its address is not believed.
    """
    more = {
        address
        for block in blocks
        for address, anchor in block.links
        if MORE.match(anchor) and block.text.endswith(anchor.strip())
    }
    prose = sum(1 for block in blocks if len(block.text) >= 40 and block.link_share < 0.5)
    if len(more) >= _TEASERS and (1.2 if declared else 2) * len(more) >= prose:
        return True
    if declared:
        return False
    if _FRONT.match(url):
        return True
    if not _LIST_ADDRESS.search(url):
        return False
    headlines = sum(1 for block in blocks if block.link_share >= 0.9 and len(block.text) >= 25)
    return headlines >= _TEASERS


def _prose(blocks: Sequence[Block], start: int, end: int) -> int:
    size = 0
    for block in blocks[start + 1 : end]:
        if is_prose(block.text, block.link_chars):
            size += len(block.text)
            if size >= _OTHERS_CHARS:
                break
        elif block.tag == "h1":
            break
    return size
