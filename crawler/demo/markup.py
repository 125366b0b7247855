"""Page markups of the newsroom: five ways Indonesian news pages are built, each with its usual furniture.

``markups/NAME.html`` is the page, with ``$name`` where the story's parts go; here is what goes there. The furniture of
a page (other headlines, share bars, adverts, comments, a widget with "today's" date) is never part of the story's text.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from crawler.demo.stories import LINK, Story

MARKUPS = Path(__file__).parent / "markups"
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
          "Desember")  # fmt: skip
ZONES = {7: "WIB", 8: "WITA", 9: "WIT"}  # hours before UTC
TODAY = "Jumat, 29 Maret 2024"  # of the widgets; on no page the day of publication
LANGUAGES = {"english": "en", "malay": "ms"}

Link = tuple[str, str]  # headline and address


@dataclass(frozen=True, slots=True)
class View:
    """A story on its way onto a page: where it is and what stands around it."""

    story: Story
    outlet: str  # the name readers know
    url: str
    related: list[Link]
    latest: list[Link]
    page: int = 1  # 0: all pages in one
    links: list[Link] = field(default_factory=list)  # in the foot of the page
    amp: str | None = None

    @property
    def paragraphs(self) -> list[str]:
        """The paragraphs of this page, as HTML without their tags."""
        pages = self.story.pages
        shown = [p for page in pages for p in page] if self.page == 0 else pages[self.page - 1]
        return [inline(paragraph) for paragraph in shown]

    @property
    def day(self) -> str:
        """``Senin, 9 Oktober 2023``."""
        d = self.story.date
        return f"{DAYS[d.weekday()]}, {d.day} {MONTHS[d.month - 1]} {d.year}"

    @property
    def clock(self) -> str:
        """``19:05 WIB``, with the zone's Indonesian name."""
        ahead = self.story.date.utcoffset()
        return f"{self.story.date:%H:%M} {ZONES[round(ahead.total_seconds() / 3600) if ahead else 7]}"


def inline(paragraph: str) -> str:
    """A paragraph's text as HTML, its bracketed links as anchors."""
    out, at = [], 0
    for link in LINK.finditer(paragraph):
        out += [escape(paragraph[at : link.start()], quote=False), anchor((link[1], link[2]))]
        at = link.end()
    return "".join(out) + escape(paragraph[at:], quote=False)


def anchor(link: Link, attributes: str = "") -> str:
    """A link to another page."""
    return f'<a{attributes} href="{escape(link[1])}">{escape(link[0], quote=False)}</a>'


def items(links: list[Link]) -> str:
    """Links as list items."""
    return "".join(f"<li>{anchor(link)}</li>" for link in links)


@cache
def template(name: str) -> Template:
    """A page of ``markups/``."""
    return Template((MARKUPS / f"{name}.html").read_text(encoding="utf-8"))


def head(view: View) -> str:
    """What the ``head`` element says of the story, with its date as far as the story's file wants it there."""
    story = view.story
    published = story.date.isoformat()
    out = [
        f"<title>{escape(story.title, quote=False)} - {escape(view.outlet)}</title>",
        f'<link rel="canonical" href="{escape(view.url)}">',
        '<meta property="og:type" content="article">',
        f'<meta property="og:title" content="{escape(story.title)}">',
        f'<meta property="og:site_name" content="{escape(view.outlet)}">',
    ]
    if view.amp:
        out.append(f'<link rel="amphtml" href="{escape(view.amp)}">')
    if "meta" in story.dated:
        out.append(f'<meta property="article:published_time" content="{published}">')
        out.append(f'<meta property="article:section" content="{escape(story.section)}">')
    if "json-ld" in story.dated:
        data = {
            "@context": "https://schema.org", "@type": "NewsArticle", "headline": story.title,
            "datePublished": published, "dateModified": published, "mainEntityOfPage": view.url,
            "articleSection": story.section, "author": {"@type": "Person", "name": story.author or "Redaksi"},
            "publisher": {"@type": "Organization", "name": view.outlet},
        }  # fmt: skip
        packed = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
        out.append(f'<script type="application/ld+json">{packed}</script>')
    return "\n".join(out)


def fill(name: str, view: View, body: str, stamp: str, **more: str) -> str:
    """A page of ``markups/`` with the story's parts in it; ``stamp`` only where the story wants its date seen."""
    story = view.story
    values = {
        "head": head(view), "title": escape(story.title), "outlet": escape(view.outlet), "url": escape(view.url),
        "id": str(story.id), "section": escape(story.section), "author": escape(story.author or "Redaksi"),
        "today": TODAY, "body": body, "stamp": stamp if "visible" in story.dated else "",
        "lang": LANGUAGES.get(story.kind, "id"), "related": items(view.related), "latest": items(view.latest),
        "links": items(view.links), "tags": items([(tag, f"/tag/{tag.lower()}/") for tag in story.tags]),
    }  # fmt: skip
    return template(name).substitute(values | more)


def wordpress(view: View) -> str:
    """A WordPress theme: inline related posts, a READ box, share bar, comment list and form, sidebar widgets."""
    body = [f"<p>{paragraph}</p>" for paragraph in view.paragraphs]
    body.insert(4, '<div class="iklan-tengah"><span>ADVERTISEMENT</span><ins class="adsbygoogle"></ins></div>')
    for link in view.related[:1]:
        body.insert(2, f"<p><strong>Baca juga: {anchor(link)}</strong></p>")
    for title, address in view.related[1:2]:
        body.insert(
            6,
            f'<div class="irp-box"><a class="irp" href="{escape(address)}"><span class="irp-cta">READ</span>&nbsp; '
            f'<span class="irp-title">{escape(title, quote=False)}</span></a></div>',
        )
    moment = view.story.date.isoformat()
    stamp = f'<time class="entry-date published" datetime="{moment}">{view.day}</time>'
    return fill("wordpress", view, "\n".join(body), stamp)


def portal(view: View) -> str:
    """A portal's own system: date line in words, link table inside the text, video marker, initials, page numbers."""
    body = [f"<p>{paragraph}</p>" for paragraph in view.paragraphs]
    body.insert(3, '<div class="parallaxindetail"><p>ADVERTISEMENT</p><p>SCROLL TO CONTINUE WITH CONTENT</p></div>')
    for link in view.related[:1]:
        box = f'<div class="lihatjg"><strong>Baca juga:</strong> {anchor(link)}</div>'
        body.insert(2, f'<table class="linksisip"><tbody><tr><td>{box}</td></tr></tbody></table>')
    body.insert(5, "<p>[Gambas:Video Lintas TV]</p>")
    total = len(view.story.pages)
    if view.page in (0, total):
        body.append("<p><strong>(lna/dwi)</strong></p>")
    pager = ""
    if total > 1 and view.page:
        numbers = [(str(number), f"{view.url}?page={number}") for number in range(1, total + 1)]
        onward = [("Selanjutnya", f"{view.url}?page={view.page + 1}")] if view.page < total else []
        links = "".join(anchor(link) for link in [*numbers, *onward, ("Tampilkan semua", f"{view.url}?page=all")])
        pager = f'<div class="detail__multiple"><p>Halaman</p>{links}</div>'
    return fill(
        "portal", view, "\n".join(body), f'<div class="detail__date">{view.day} {view.clock}</div>', pager=pager
    )


def network(view: View) -> str:
    """A magazine network: short paragraphs, "Baca Juga" in bold, recommended boxes, tags, a newsletter call."""
    body = [f"<p>{paragraph}</p>" for paragraph in view.paragraphs]
    body.insert(3, '<div class="ads__horizontal"><p>Iklan</p></div>')
    for place, link in zip((2, 7), view.related, strict=False):
        body.insert(place, f"<p><strong>Baca Juga: {anchor(link)}</strong></p>")
    return fill("network", view, "\n".join(body), f'<div class="read__time">{view.day} | {view.clock}</div>')


def blogger(view: View) -> str:
    """A Blogger theme: text broken by ``br`` instead of paragraphs, labels, comment block, archive gadget."""
    body = view.paragraphs
    body[2:2] = [f"<b>Baca juga: {anchor(link)}</b>" for link in view.related[:1]]
    time = ""
    if "meta" in view.story.dated:
        time = f"<abbr class='published' title='{view.story.date.isoformat()}'>{view.clock[:5]}</abbr>"
    stamp = f"<h2 class='date-header'><span>{view.day}</span></h2>"
    return fill("blogger", view, "<br /><br />\n".join(body), stamp, time=time)


def tables(view: View) -> str:
    """A page of 2008 that was never rebuilt: tables, font tags, no structured data, no canonical link."""
    body = [*view.paragraphs, *(f"Baca juga : {anchor(link)}" for link in view.related[:1])]
    author = f"<i>Laporan: {escape(view.story.author)}</i><br>" if view.story.author else ""
    stamp = f'<font size="1" color="gray">{view.day}, {view.clock}</font><br>'
    return fill("tables", view, "<br><br>\n".join(body), stamp, author=author)


def amp(view: View) -> str:
    """The AMP twin of a portal page; its canonical link leads to the real one."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in view.paragraphs)
    return fill("amp", view, body, f'<div class="date">{view.day} {view.clock}</div>')


def listing(title: str, links: list[Link], onward: str | None = None, foot: str = "") -> str:
    """A page of headlines: a front page, an index, search results."""
    rows = [f'<article class="list-item"><h3 class="media__title">{anchor(link)}</h3></article>' for link in links]
    more = anchor(("Selanjutnya", onward), ' rel="next"') if onward else ""
    return template("listing").substitute(
        title=escape(title), rows="\n".join(rows) or "<p>Tidak ada berita.</p>", onward=more, foot=foot
    )


STYLES: dict[str, Callable[[View], str]] = {
    "wordpress": wordpress, "portal": portal, "network": network, "blogger": blogger, "tables": tables,
}  # fmt: skip
