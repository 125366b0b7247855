"""Page markups of the newsroom: five ways Indonesian news pages are built, each with its usual furniture.

Each function takes a ``View`` and gives a whole HTML page. The furniture of a page (other headlines, share bars, adverts,
comments, a widget with "today's" date) is never part of the story's text.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from tests.newsroom.stories import LINK, Story

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
          "Desember")  # fmt: skip
TODAY = "Jumat, 29 Maret 2024"  # of the widgets; on no page the day of publication


@dataclass(frozen=True, slots=True)
class View:
    """A story on its way onto a page: where it is and what stands around it. Links are (headline, address) pairs."""

    story: Story
    outlet: str  # the name readers know
    base: str
    url: str
    related: list[tuple[str, str]]
    latest: list[tuple[str, str]]
    page: int = 1  # 0: all pages in one
    links: list[tuple[str, str]] = field(default_factory=list)  # furniture of the outlet's own, in the foot
    amp: str | None = None

    @property
    def paragraphs(self) -> list[str]:
        """The paragraphs of this page, as HTML without their tags."""
        pages = self.story.pages
        shown = [p for page in pages for p in page] if self.page == 0 else pages[self.page - 1]
        return [inline(paragraph) for paragraph in shown]

    @property
    def title(self) -> str:
        """The headline, escaped."""
        return escape(self.story.title, quote=False)


def inline(paragraph: str) -> str:
    """A paragraph's text as HTML, its bracketed links as anchors."""
    out, at = [], 0
    for link in LINK.finditer(paragraph):
        out += [escape(paragraph[at : link.start()], quote=False)]
        out += [f'<a href="{escape(link[2])}">{escape(link[1], quote=False)}</a>']
        at = link.end()
    return "".join(out) + escape(paragraph[at:], quote=False)


def long_day(view: View) -> str:
    """``Senin, 9 Oktober 2023``."""
    d = view.story.date
    return f"{DAYS[d.weekday()]}, {d.day} {MONTHS[d.month - 1]} {d.year}"


def clock(view: View) -> str:
    """``19:05 WIB``, with the zone's Indonesian name."""
    d = view.story.date
    hours = int(d.utcoffset().total_seconds() // 3600) if d.utcoffset() else 7
    return f"{d:%H:%M} { {7: 'WIB', 8: 'WITA', 9: 'WIT'}.get(hours, 'WIB') }"


def anchor(pair: tuple[str, str], attributes: str = "") -> str:
    """A link to another page."""
    return f'<a{attributes} href="{escape(pair[1])}">{escape(pair[0], quote=False)}</a>'


def head(view: View, *, lang: str = "id", extra: str = "", charset: str = '<meta charset="utf-8">') -> str:
    """The ``head`` element, with what the story says of its date in it."""
    story, dated = view.story, view.story.dated
    published = story.date.isoformat()
    out = [charset, f"<title>{view.title} - {escape(view.outlet)}</title>"]
    out += [f'<link rel="canonical" href="{escape(view.url)}">', '<meta property="og:type" content="article">']
    out += [f'<meta property="og:title" content="{escape(story.title)}">']
    out += [f'<meta property="og:site_name" content="{escape(view.outlet)}">']
    if view.amp:
        out.append(f'<link rel="amphtml" href="{escape(view.amp)}">')
    if "meta" in dated:
        out.append(f'<meta property="article:published_time" content="{published}">')
        out.append(f'<meta property="article:section" content="{escape(story.section)}">')
    if "json-ld" in dated:
        data = {
            "@context": "https://schema.org", "@type": "NewsArticle", "headline": story.title, "datePublished": published,
            "dateModified": published, "mainEntityOfPage": view.url, "articleSection": story.section,
            "author": {"@type": "Person", "name": story.author or "Redaksi"},
            "publisher": {"@type": "Organization", "name": view.outlet},
        }  # fmt: skip
        packed = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
        out.append(f'<script type="application/ld+json">{packed}</script>')
    return f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n' + "\n".join(out) + f"\n{extra}</head>\n"


def items(links: list[tuple[str, str]], attributes: str = "") -> str:
    """Links as list items."""
    return "".join(f"<li>{anchor(link, attributes)}</li>" for link in links)


def wordpress(view: View) -> str:
    """A WordPress theme: inline related posts, a READ box, share bar, comment list and form, sidebar widgets."""
    story, ps = view.story, view.paragraphs
    seen = f'<time class="entry-date published" datetime="{story.date.isoformat()}">{long_day(view)}</time>'
    body = [f"<p>{p}</p>" for p in ps]
    if view.related:
        body.insert(2, f'<p><strong>Baca juga: {anchor(view.related[0])}</strong></p>')
    if len(view.related) > 1:
        body.insert(
            5,
            f'<div class="irp-box"><a class="irp" href="{escape(view.related[1][1])}"><span class="irp-cta">READ</span>'
            f'&nbsp; <span class="irp-title">{escape(view.related[1][0])}</span></a></div>',
        )
    body.insert(4, '<div class="iklan-tengah"><span>ADVERTISEMENT</span><ins class="adsbygoogle"></ins></div>')
    comments = (
        '<ol class="commentlist"><li class="comment even depth-1"><div class="comment-author vcard"><cite class="fn">Pembaca'
        ' Setia</cite> <span class="says">berkata:</span></div><div class="comment-meta"><a href="#comment-7">27 Maret 2024'
        " pukul 08.11</a></div><p>Semoga lekas selesai, terima kasih beritanya min.</p></li></ol>"
    )
    tags = "".join(anchor((tag, f"/tag/{tag.lower().replace(' ', '-')}/"), ' rel="tag"') + " " for tag in story.tags)
    return (
        head(view, extra='<link rel="https://api.w.org/" href="/wp-json/">\n<meta name="generator" content="WordPress 6.4.3">\n')
        + f'<body class="post-template-default single single-post postid-{story.id}">'
        f'<header class="site-header"><a class="custom-logo-link" href="/">{escape(view.outlet)}</a>'
        f'<div class="top-date">{TODAY}</div><nav><ul><li><a href="/">Beranda</a></li><li><a href="/tentang-kami/">Tentang Kami'
        "</a></li></ul></nav></header>"
        f'<main id="primary"><article id="post-{story.id}" class="post type-post status-publish">'
        f'<header class="entry-header"><span class="cat-links"><a href="/category/berita/">{escape(story.section)}</a></span>'
        f'<h1 class="entry-title">{view.title}</h1><div class="entry-meta">{seen if "visible" in story.dated else ""}'
        f'<span class="byline">Oleh <span class="author vcard">{escape(story.author or "Redaksi")}</span></span></div></header>'
        f'<div class="entry-content">{"".join(body)}'
        '<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">Bagikan ini:</h3><ul><li>Klik untuk berbagi di Facebook'
        "(Membuka di jendela yang baru)</li><li>Klik untuk berbagi di WhatsApp</li></ul></div>"
        f'<div id="jp-relatedposts" class="jp-relatedposts"><h3>Terkait</h3>{"".join(anchor(r) for r in view.related)}</div></div>'
        f'<footer class="entry-footer"><span class="tags-links">Tag: {tags}</span></footer></article>'
        f'<div id="comments" class="comments-area"><h2>1 komentar</h2>{comments}<div id="respond" class="comment-respond">'
        '<h3 id="reply-title">Tinggalkan Balasan</h3><form><p>Alamat email Anda tidak akan dipublikasikan. Ruas yang wajib ditandai'
        ' *</p><textarea name="comment"></textarea></form></div></div></main>'
        f'<aside class="widget-area"><section class="widget"><h2>Pos-pos Terbaru</h2><ul>{items(view.latest)}</ul></section>'
        f'<section class="widget widget_calendar"><caption>Maret 2024</caption></section></aside>'
        f'<footer class="site-footer">Hak Cipta © 2024 {escape(view.outlet)} <ul>{items(view.links)}</ul></footer></body></html>'
    )


def portal(view: View) -> str:
    """A portal's own system: date line in words, link table inside the text, video marker, initials, pages by number."""
    story, ps = view.story, view.paragraphs
    total = len(story.pages)
    body = [f"<p>{p}</p>" for p in ps]
    if view.related:
        body.insert(
            2,
            f'<table class="linksisip"><tbody><tr><td><div class="lihatjg"><strong>Baca juga:</strong> {anchor(view.related[0])}'
            "</div></td></tr></tbody></table>",
        )
        body.insert(4, "<p>[Gambas:Video Lintas TV]</p>")
    body.insert(3, '<div class="parallaxindetail"><p>ADVERTISEMENT</p><p>SCROLL TO CONTINUE WITH CONTENT</p></div>')
    if view.page in (0, total):
        body.append("<strong>(lna/dwi)</strong>")
    if total > 1 and view.page:
        numbers = "".join(f'<a class="detail__anchor-numb" href="{escape(view.url)}?page={n + 1}">{n + 1}</a>' for n in range(total))
        onward = f'<a href="{escape(view.url)}?page={view.page + 1}">Selanjutnya</a>' if view.page < total else ""
        body.append(
            f'<div class="detail__multiple"><p>Halaman</p>{numbers}{onward}<a href="{escape(view.url)}?page=all">Tampilkan semua'
            "</a></div>"
        )
    stamp = f'<div class="detail__date">{long_day(view)} {clock(view)}</div>' if "visible" in story.dated else ""
    lang = "en" if story.kind == "english" else "id"
    return (
        head(view, lang=lang)
        + f'<body><div class="navbar"><a href="/">{escape(view.outlet)}</a> <span class="today">{TODAY}</span>'
        '<ul class="nav"><li><a href="/indeks">Indeks</a></li><li><a href="/foto">Foto</a></li></ul></div>'
        f'<article class="detail"><div class="detail__header"><div class="page__breadcrumb"><a href="/">Home</a> '
        f'<a href="/kanal">{escape(story.section)}</a></div><h1 class="detail__title">{view.title}</h1>'
        f'<div class="detail__author">{escape(story.author or "Tim")} - <span class="detail__label">{escape(view.outlet)}</span></div>'
        f'{stamp}</div><div class="detail__media"><figure><img src="/img/{story.id}.jpg" alt=""><figcaption>Ilustrasi. Foto: Dok.'
        f' {escape(view.outlet)}</figcaption></figure></div><div class="share-box"><span>Bagikan:</span><a href="#">Facebook</a>'
        '<a href="#">WhatsApp</a><a href="#">Salin tautan</a></div>'
        f'<div class="detail__body"><div class="detail__body-text itp_bodycontent">{"".join(body)}</div>'
        f'<div class="detail__body-tag"><div class="nav">{"".join(anchor((t, "/tag/" + t.lower())) for t in story.tags)}</div></div>'
        "</div></article>"
        f'<div class="berita-terkait"><h3>Berita Terkait</h3>{"".join(f"<article><h3>{anchor(r)}</h3></article>" for r in view.related)}'
        f'</div><div class="column-2"><h3>Berita Terbaru</h3><ul>{items(view.latest)}</ul></div>'
        f'<footer>Copyright @ 2024 lintasnusa, All right reserved <ul>{items(view.links)}</ul></footer></body></html>'
    )


def network(view: View) -> str:
    """A magazine network: short paragraphs, "Baca Juga" in bold, recommended boxes, tags, a newsletter call."""
    story, ps = view.story, view.paragraphs
    body = [f"<p>{p}</p>" for p in ps]
    for place, link in zip((2, 5), view.related, strict=False):
        body.insert(place, f"<p><strong>Baca Juga: {anchor(link)}</strong></p>")
    stamp = f'<div class="read__time">{long_day(view)} | {clock(view)}</div>' if "visible" in story.dated else ""
    lang = "ms" if story.kind == "malay" else "id"
    return (
        head(view, lang=lang)
        + f'<body><div class="header"><a href="/">{escape(view.outlet)}</a></div><section class="read"><h1 class="read__title">'
        f'{view.title}</h1><div class="read__author">{escape(story.author or "Redaksi")}</div>{stamp}'
        '<div class="read__share"><a href="#">Facebook</a><a href="#">Twitter</a></div>'
        f'<div class="photo"><img src="/foto/{story.id}.jpg" alt="{escape(story.title)}"><div class="photo__caption">Ilustrasi'
        f'</div></div><div class="read__article clearfix"><div class="read__content">{"".join(body[:3])}'
        '<div class="ads__horizontal"><p>Iklan</p></div>'
        f'{"".join(body[3:])}</div>'
        '<div class="newsletter"><p>Dapatkan berita pilihan setiap hari. Ikuti kanal WhatsApp kami.</p></div></div>'
        f'<div class="tag"><h4>Tag</h4><ul>{items([(t, "/tag/" + t.lower()) for t in story.tags])}</ul></div>'
        f'<div class="related"><h2>Artikel Rekomendasi</h2><ul>{items(view.latest)}</ul></div></section>'
        f'<div class="terpopuler"><h2>Terpopuler</h2><ol>{items(view.related)}</ol></div>'
        f'<footer><p>© 2024 {escape(view.outlet)}</p><ul>{items(view.links)}</ul></footer></body></html>'
    )


def blogger(view: View, charset: str = '<meta charset="utf-8">') -> str:
    """A Blogger theme: text broken by ``br`` instead of paragraphs, labels, comment block, archive gadget."""
    story, ps = view.story, view.paragraphs
    if view.related:
        ps.insert(2, f"<b>Baca juga: {anchor(view.related[0])}</b>")
    stamp = (
        f"<h2 class='date-header'><span>{long_day(view)}</span></h2>" if "visible" in story.dated else ""
    )
    when = f"<abbr class='published' title='{story.date.isoformat()}'>{clock(view)[:5]}</abbr>" if "meta" in story.dated else ""
    return (
        head(view, charset=charset, extra="<meta content='blogger' name='generator'/>\n")
        + f"<body class='item-view'><div class='header section'><h1 class='title'><a href='/'>{escape(view.outlet)}</a></h1></div>"
        f"<div class='blog-posts hfeed'>{stamp}<div class='post hentry uncustomized-post-template'>"
        f"<h3 class='post-title entry-title'>{view.title}</h3><div class='post-header-line-1'></div>"
        f"<div class='post-body entry-content' id='post-body-{story.id}'>"
        f"<div class='separator'><a href='/img/{story.id}.jpg'><img src='/img/{story.id}.jpg'/></a></div>"
        f"{'<br /><br />'.join(ps)}<br /><div style='clear: both;'></div></div>"
        f"<div class='post-footer'><span class='post-author vcard'>Diposting oleh <span class='fn'>{escape(story.author or 'Admin')}"
        f"</span></span> <span class='post-timestamp'>di {when}</span><div class='post-share-buttons'><a href='#'>Kirimkan Ini lewat"
        " Email</a><a href='#'>BlogThis!</a><a href='#'>Berbagi ke Facebook</a></div>"
        f"<span class='post-labels'>Label: {', '.join(anchor((t, '/search/label/' + t), ' rel=tag') for t in story.tags)}</span></div></div>"
        "<div class='comments' id='comments'><h4>2 komentar:</h4><dl id='comments-block'><dt class='comment-author'>Anonim mengatakan..."
        "</dt><dd class='comment-body'><p>Ngeri juga ya gan, jangan sampai merembet ke mana-mana.</p></dd><dd class='comment-footer'>"
        "<span class='comment-timestamp'>28 Maret 2024 pukul 21.40</span></dd></dl><p class='comment-footer'>Posting Komentar</p></div>"
        f"<div class='blog-pager'>{anchor(('Posting Lama', view.latest[0][1])) if view.latest else ''}</div></div>"
        f"<div class='sidebar'><div class='widget PopularPosts'><h2>Entri Populer</h2><ul>{items(view.latest)}</ul></div>"
        "<div class='widget BlogArchive'><h2>Arsip Blog</h2><ul><li>Maret 2024 (3)</li><li>Februari 2024 (5)</li></ul></div></div>"
        f"<div class='footer'>Diberdayakan oleh Blogger. <ul>{items(view.links)}</ul></div></body></html>"
    )


def tables(view: View) -> str:
    """A page of 2008 that was never rebuilt: tables, font tags, no structured data, the date in the text if anywhere."""
    story, ps = view.story, view.paragraphs
    if view.related:
        ps.append(f"Baca juga : {anchor(view.related[0])}")
    stamp = f"<font size=1 color=gray>{long_day(view)}, {clock(view)}</font><br>" if "visible" in story.dated else ""
    byline = f"<i>Laporan: {escape(story.author)}</i><br>" if story.author else ""
    return (
        head(view, charset='<meta http-equiv="Content-Type" content="text/html; charset=utf-8">')
        + f'<body bgcolor="#ffffff"><table width="980" align="center"><tr><td colspan="2"><b>{escape(view.outlet)}</b> | {TODAY}'
        ' | <a href="/">Depan</a> | <a href="/indeks">Indeks</a></td></tr>'
        f'<tr><td class="isi" valign="top" width="640"><font size="5"><b>{view.title}</b></font><br>{stamp}{byline}<br>'
        f'{"<br><br>".join(ps)}<br><br><font size=1>Kirim ke teman | Cetak | Dibaca 1.204 kali</font></td>'
        f'<td class="kanan" valign="top"><b>Berita lain</b><ul>{items(view.latest)}</ul><b>Jajak pendapat</b><br>Setujukah Anda?'
        f'</td></tr><tr><td colspan="2"><font size="1">Hak cipta 2008-2024 {escape(view.outlet)}</font><ul>{items(view.links)}</ul>'
        "</td></tr></table></body></html>"
    )


MARKUPS: dict[str, Callable[[View], str]] = {
    "wordpress": wordpress, "portal": portal, "network": network, "blogger": blogger, "tables": tables,
}  # fmt: skip


def amp(view: View) -> str:
    """The AMP twin of a portal page; its canonical link leads to the real one."""
    body = "".join(f"<p>{p}</p>" for p in view.paragraphs)
    return (
        f'<!DOCTYPE html>\n<html amp lang="id"><head><meta charset="utf-8"><title>{view.title}</title>'
        f'<link rel="canonical" href="{escape(view.url)}"><meta name="viewport" content="width=device-width"></head><body>'
        f'<h1>{view.title}</h1><div class="date">{long_day(view)} {clock(view)}</div><div class="content">{body}</div></body></html>'
    )


def listing(title: str, links: list[tuple[str, str]], onward: str | None = None, foot: str = "") -> str:
    """A page of headlines: a front page, an index, search results."""
    rows = "".join(f'<article class="list-content__item"><h3 class="media__title">{anchor(link)}</h3></article>' for link in links)
    more = f'<a class="pagination__item" rel="next" href="{escape(onward)}">Selanjutnya</a>' if onward else ""
    return (
        f'<!DOCTYPE html>\n<html lang="id"><head><meta charset="utf-8"><title>{escape(title)}</title></head><body>'
        f'<h1>{escape(title)}</h1><div class="list-content">{rows or "<p>Tidak ada berita.</p>"}</div><div class="pagination">{more}</div>'
        f"{foot}</body></html>"
    )
