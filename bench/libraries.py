"""Own code beside the library that would do the same: how much each gets right, and how long it takes, in one run.

    pip install feedparser ultimate-sitemap-parser ftfy extruct rensa PySastrawi lingua-language-detector py3langid
    python -m bench.libraries

The inputs are of our own writing, in the shapes of real feeds and pages (each line says which), apart from the planted
copies, whose paragraphs come from ../shared/data/relevance_dev.jsonl. A library that is not installed is left out.
Languages have a measurement of their own: ``bench/language.py``.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from bench import planted
from crawler.discovery import Page, Window, read
from crawler.extraction.page.json_ld import read_blocks
from crawler.extraction.page.mojibake import mojibake
from crawler.outlets import Outlet
from crawler.relevance.words import stem

OUTLET = Outlet(id="contoh", name="Contoh", domains=["contoh.id"])
ONE, TWO = "https://contoh.id/berita/azerbaijan-serang-armenia-lagi", "https://contoh.id/berita/gencatan-senjata-batal"
WHEN = "2020-11-09"
ITEM = "<item><title>Azerbaijan Serang</title><link>{url}</link><pubDate>{date}</pubDate></item>"
RFC = "Mon, 09 Nov 2020 19:05:00 +0700"


def rss(items: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    """A feed of these items."""
    return f'{head}<rss version="2.0"><channel><title>Contoh</title>{items}</channel></rss>'.encode()


def item(url: str = ONE, date: str = RFC) -> str:
    """One item of a feed."""
    return ITEM.format(url=url, date=date)


# shape, bytes, URLs in order, day of the first (None: none is told)
FEEDS: list[tuple[str, bytes, list[str], str | None]] = [
    ("plain RSS", rss(item() + item(TWO)), [ONE, TWO], WHEN),
    ("a bare & in a title", rss(item().replace("Serang", "R&D Serang")), [ONE], WHEN),
    ("an HTML entity", rss(item().replace("Serang", "&ldquo;Serang&rdquo;")), [ONE], WHEN),
    ("white space before the declaration", b"\n\n" + rss(item()), [ONE], WHEN),
    ("cut off in the second item", rss(item() + item(TWO))[:-60], [ONE, TWO], WHEN),
    ("Indonesian names of day and month", rss(item(date="Sen, 09 Nopember 2020 19:05:00 WIB")), [ONE], WHEN),
    ("ISO time in pubDate", rss(item(date="2020-11-09T19:05:00+07:00")), [ONE], WHEN),
    ("link in guid only", rss(f"<item><title>A</title><guid>{ONE}</guid><pubDate>{RFC}</pubDate></item>"), [ONE], WHEN),
    (
        "RSS with Dublin Core",
        rss(
            f"<item><title>A</title><link>{ONE}</link><dc:date>2020-11-09T12:00:00Z</dc:date></item>",
        ).replace(b"<rss ", b'<rss xmlns:dc="http://purl.org/dc/elements/1.1/" '),
        [ONE],
        WHEN,
    ),
    (
        "Atom with several links",
        (
            '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title><link rel="replies" href="https://contoh.id/'
            f'feeds/1/comments"/><link rel="alternate" href="{ONE}"/><published>2020-11-09T19:05:00+07:00</published>'
            "</entry></feed>"
        ).encode(),
        [ONE],
        WHEN,
    ),
    ("control character in a title", rss(item().replace("Serang", "Serang\x0b")), [ONE], WHEN),
    ("windows-1252 said to be UTF-8", rss(item().replace("Serang", "Café")).replace(b"\xc3\xa9", b"\xe9"), [ONE], WHEN),
    ("relative link", rss(item("/berita/azerbaijan-serang-armenia-lagi")), [ONE], WHEN),
    (
        "other outlet's link and tracking",
        rss(item("https://lain.id/a-b-c-d") + item(f"{ONE}?utm_source=rss")),
        [ONE],
        WHEN,
    ),
]


def urlset(body: str) -> bytes:
    """A sitemap of these entries."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{body}</urlset>'
    ).encode()


LOC = "<url><loc>{}</loc><lastmod>2020-11-09T12:00:00+07:00</lastmod></url>"
NEWS = (
    "<url><loc>{}</loc><news:news><news:publication_date>2020-11-09T12:00:00+07:00</news:publication_date>"
    "<news:title>Azerbaijan Serang</news:title></news:news></url>"
)
SITEMAPS: list[tuple[str, bytes, list[str]]] = [
    ("plain", urlset(LOC.format(ONE) + LOC.format(TWO)), [ONE, TWO]),
    ("news", urlset(NEWS.format(ONE)), [ONE]),
    ("gzip", gzip.compress(urlset(LOC.format(ONE))), [ONE]),
    ("text", f"{ONE}\n{TWO}\n".encode(), [ONE, TWO]),
    ("a bare & in a title", urlset(NEWS.format(ONE).replace("Serang", "R&D")), [ONE]),
    ("cut off", urlset(LOC.format(ONE) + LOC.format(TWO))[:-40], [ONE, TWO]),
    ("white space in loc", urlset(LOC.format(f"\n  {ONE}\n  ")), [ONE]),
    (
        "no name space",
        urlset(LOC.format(ONE)).replace(b' xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"', b""),
        [ONE],
    ),
]
MOJIBAKE: list[tuple[str, str]] = [
    ("Recep Tayyip ErdoÄŸan", "Recep Tayyip Erdoğan"),
    ("Mevlüt ÇavuÅŸoÄŸlu", "Mevlüt Çavuşoğlu"),
    ("Ä°lham Æ\x8fliyev dan HÉ™sÉ™nov", "İlham Əliyev dan Həsənov"),
    ("KapanLagi.comÂ®", "KapanLagi.com®"),
    ("â€œkami siapâ€\x9d", "“kami siap”"),
    ("kata dia â€“ lagi", "kata dia – lagi"),
    ("cafÃ© dan naÃ¯f", "café dan naïf"),
    ("“LIBERTÉ” adalah semboyan", "“LIBERTÉ” adalah semboyan"),
    ("suhu 30°C di Zürich", "suhu 30°C di Zürich"),
    ("MÉ…", "MÉ…"),
    ("Â, Ê dan Î", "Â, Ê dan Î"),
    ("tulis ‘Jum’at’ … – ia", "tulis ‘Jum’at’ … – ia"),
    ("fi di “ﬁnal”", "fi di “ﬁnal”"),
]
_NODE = '{"@type":"NewsArticle","headline":"Serang","datePublished":"2020-11-09T19:05:00+07:00"%s}'
JSON_LD: list[tuple[str, str]] = [
    ("valid", _NODE % ""),
    ("in a graph", '{"@context":"https://schema.org","@graph":[%s]}' % (_NODE % "")),
    ("trailing comma", _NODE % ","),
    ("line break in a string", _NODE % ',"description":"dua\nbaris"'),
    ("HTML comment around it", f"<!-- {_NODE % ''} -->"),
    ("CDATA around it", f"//<![CDATA[\n{_NODE % ''}\n//]]>"),
    ("missing comma", '{"@type":"NewsArticle"\n"headline":"Serang",\n"datePublished":"2020-11-09T19:05:00+07:00"}'),
    ("cut off", (_NODE % ',"articleBody":"panjang sekali')[:-1]),
]
STEMS = {
    "serang": "menyerang diserang serangan penyerangan penyerang",
    "tembak": "menembak penembakan tembakan tertembak ditembaki",
    "tempur": "bertempur pertempuran",
    "tewas": "menewaskan tewasnya",
    "kepung": "mengepung pengepungan dikepung",
    "senjata": "bersenjata persenjataan senjatanya",
    "damai": "perdamaian damai",
    "bom": "pengeboman dibom",
    "ungsi": "mengungsi pengungsi pengungsian",
    "duduk": "menduduki pendudukan diduduki",
    "rebut": "merebut direbut perebutan",
    "culik": "penculikan diculik menculik",
    "bunuh": "membunuh pembunuhan dibunuh terbunuh",
    "bakar": "membakar pembakaran dibakar terbakar",
    "perang": "berperang peperangan perang",
    "negara": "negara kenegaraan negaranya",
    "tentara": "tentara tentaranya",
    "polisi": "polisi kepolisian",
}


def shares(
    name: str, ours: Callable[[Any], object], theirs: dict[str, Callable[[Any], object]], rows: Iterable[Any]
) -> None:
    """Print the share of rows each gets right and the milliseconds a row takes."""
    cases = list(rows)
    for who, does in {"this project": ours, **theirs}.items():
        wrong, start = [], time.process_time()
        for label, given, expected in cases:
            try:
                got = does(given)
            except Exception as error:  # noqa: BLE001 - what raises is wrong, whatever it raises
                got = type(error).__name__
            if got != expected:
                wrong.append(label)
        took = 1000 * (time.process_time() - start) / len(cases)
        print(
            f"{name:12} {who:14} {len(cases) - len(wrong):3} of {len(cases)}  {took:7.3f} ms"
            f"  {'; '.join(map(str, wrong[:6]))}"
        )


def our_listing(kind: str) -> Callable[[bytes], object]:
    """URLs (and the first day) that this project finds."""

    def does(body: bytes) -> object:
        found = read(kind, Page("https://contoh.id/feed", body), OUTLET, Window()).candidates
        articles = [one for one in found if one.kind == "article"]
        day = str(articles[0].published)[:10] if articles and articles[0].published else None
        return ([one.url for one in articles], day) if kind == "feed" else [one.url for one in articles]

    return does


def feeds() -> dict[str, Callable[[bytes], object]]:
    """feedparser, with what it leaves to its user: links made absolute, other hosts and tracking left out."""
    import feedparser

    def does(body: bytes) -> object:
        told = feedparser.parse(body, response_headers={"content-location": "https://contoh.id/feed"})
        rows = [one for one in told.entries if "contoh.id" in one.get("link", "")]
        first = rows[0] if rows else None
        parsed = first and (first.get("published_parsed") or first.get("updated_parsed"))
        return [one.link.partition("?")[0] for one in rows], parsed and datetime(*parsed[:3]).strftime("%Y-%m-%d")

    return {"feedparser": does}


def sitemaps() -> dict[str, Callable[[bytes], object]]:
    """ultimate-sitemap-parser on a string, unpacked for it."""
    from usp.tree import sitemap_from_str

    def does(body: bytes) -> object:
        text = (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode("utf-8", "replace")
        return [page.url for page in sitemap_from_str(text).all_pages()]

    return {"usp": does}


def near_copies(size: int = 3000) -> None:
    """Recall and false pairs of MinHash over 5-word shingles (128 permutations) on planted copies."""
    from rensa import RMinHash, RMinHashLSH

    lsh, false = RMinHashLSH(0.4, 128, 32), 0
    ids: dict[int, Any] = {}
    right: dict[str | None, int] = {}
    planted_kinds: dict[str | None, int] = {}
    start = time.process_time()
    for number, made in enumerate(planted.stream(size)):
        words = made.article.text.lower().split()
        sketch = RMinHash(128, 7)
        sketch.update([" ".join(words[at : at + 5]) for at in range(max(1, len(words) - 4))])
        near = [key for key in lsh.query(sketch) if ids[key].jaccard(sketch) >= 0.4]
        if made.original is not None:
            planted_kinds[made.kind] = planted_kinds.get(made.kind, 0) + 1
            right[made.kind] = right.get(made.kind, 0) + (made.original in near)
        elif near:
            false += 1
        lsh.insert(number, sketch)
        ids[number] = sketch
    took = 1000 * (time.process_time() - start) / size
    recall = {kind: round(right.get(kind, 0) / count, 3) for kind, count in planted_kinds.items()}
    print(f"near copies  rensa          {recall}, {false} of {size} others called copies, {took:.2f} ms an article")


def main() -> None:
    """Everything whose library is installed."""
    peers: list[tuple[str, Callable[[], None]]] = [
        (
            "feedparser",
            lambda: shares("feeds", our_listing("feed"), feeds(), ((n, b, (u, d)) for n, b, u, d in FEEDS)),
        ),
        ("usp", lambda: shares("sitemaps", our_listing("sitemap"), sitemaps(), SITEMAPS)),
        (
            "ftfy",
            lambda: shares(
                "mojibake", mojibake, {"ftfy": _ftfy}, ((broken, broken, good) for broken, good in MOJIBAKE)
            ),
        ),
        ("extruct", lambda: shares("JSON-LD", _ours_ld, {"extruct": _extruct}, ((n, s, "Serang") for n, s in JSON_LD))),
        (
            "Sastrawi",
            lambda: shares(
                "stemming",
                stem,
                {"Sastrawi": _sastrawi()},
                ((form, form, root) for root, forms in STEMS.items() for form in forms.split()),
            ),
        ),
        ("rensa", near_copies),
    ]
    for name, run in peers:
        try:
            run()
        except ModuleNotFoundError as error:
            print(f"{name}: not installed ({error.name}), left out")


def _ftfy(text: str) -> str:
    import ftfy

    return str(ftfy.fix_text(text))


def _ours_ld(script: str) -> object:
    return next((node["headline"] for node in read_blocks([script]) if "headline" in node), None)


def _extruct(script: str) -> object:
    import extruct

    page = f'<html><head><script type="application/ld+json">{script}</script></head></html>'
    found = extruct.extract(page, syntaxes=["json-ld"], uniform=True, errors="ignore").get("json-ld", [])
    nodes = [node for block in found for node in (block.get("@graph") or [block])]
    return next((node["headline"] for node in nodes if "headline" in node), None)


def _sastrawi() -> Callable[[str], str]:
    from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

    made = StemmerFactory().create_stemmer()
    return lambda word: str(made.stem(word))


if __name__ == "__main__":
    main()
