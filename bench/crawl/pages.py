# ruff: noqa: E501 - markup reads better unwrapped
"""Pages to crawl: Indonesian articles of our own in 110 kB of furniture, one in ten of them on armed conflict."""

from __future__ import annotations

import gzip
import html
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import lxml.html

from bench.crawl.serving import Host

WARS = Path(__file__).parents[1] / "data" / "wars"
SIZE = 110_000  # bytes of a page: the median of saved pages of Indonesian outlets
CONFLICT = 10  # one page in so many
LOOK_ALIKE = 8  # one page in so many uses the words of war of something else
PIECES = 8  # reports that are joined to an article: the set's are short


TEASERS = 50
_SAID = (
    "Terima kasih infonya, semoga cepat selesai.",
    "Harusnya dari dulu begini, jangan menunggu viral dulu baru bergerak.",
    "Saya tinggal dekat situ dan memang begitu keadaannya setiap hari, sudah lama kami laporkan.",
    "Mantap.",
)
_WIDTHS = (120, 200, 360, 480, 600, 800)
_SENTENCES = re.compile(r"\n|(?<=[.!?]) (?=[A-Z])")  # outlets make a paragraph of nearly each


@dataclass(frozen=True, slots=True)
class Story:
    """One article and where it stands."""

    url: str
    path: str
    title: str
    paragraphs: list[str]
    conflict: bool


def stories(hosts: list[Host], number: int, seed: int = 7) -> list[Story]:
    """``number`` articles, spread evenly over the hosts; the same ones for the same seed."""
    rng = random.Random(seed)
    kinds = {
        "conflict": _rows("conflict_real.jsonl", "conflict_invented.jsonl"),
        "alike": _rows("hard_negative.jsonl"),
        "other": _rows("not_conflict.jsonl"),
    }
    found = []
    for at in range(number):
        kind = "conflict" if at % CONFLICT == 0 else "alike" if at % LOOK_ALIKE == 1 else "other"
        rows = rng.sample(kinds[kind], PIECES)
        host = hosts[at // CONFLICT % len(hosts)]
        title = rows[0][0]
        words = "-".join("".join(c if c.isalnum() else " " for c in title.lower()).split()[:8])
        path = f"/2023/10/{at % 28 + 1:02}/{at:05}-{words.encode('ascii', 'ignore').decode()}.html"
        paragraphs = [part for _, text in rows for part in _SENTENCES.split(text) if part.strip()]
        found.append(Story(f"{host.base}{path}", path, title, paragraphs, kind == "conflict"))
    return found


def _rows(*names: str) -> list[tuple[str, str]]:
    rows = [json.loads(line) for name in names for line in (WARS / name).read_text(encoding="utf-8").splitlines()]
    return [(row["title"], row["text"]) for row in rows if len(row["text"].split()) > 25]


@dataclass(frozen=True, slots=True)
class Shell:
    """A saved page without its article: its markup before and after the text, and the title to be replaced in it."""

    before: str
    after: str
    title: str

    def page(self, story: Story) -> str:
        """The page with another article in it."""
        title, text = html.escape(story.title), "</p><p>".join(map(html.escape, story.paragraphs))
        before = self.before.replace(self.title, title).replace(html.escape(self.title), title)
        told = f'<meta property="article:published_time" content="{_day(story)}T08:00:00+07:00"></head>'
        return f"{before.replace('</head>', told, 1)}<p>{text}</p>{self.after}"


# What a saved page says of its own article in its head and data.
_STALE = re.compile(
    r"""<script[^>]*ld\+json[^>]*>.*?</script>|<link[^>]*rel=["']?(?:canonical|amphtml|shortlink)["']?[^>]*>"""
    r"""|<meta[^>]*(?:og:url|description|twitter:url|keywords|publish|modified|updated|pubdate)[^>]*>""",
    re.IGNORECASE | re.DOTALL,
)
_HELD = 0.9  # of its text's paragraphs the element of the article must hold


def shells(folder: Path) -> list[Shell]:
    """The shells of saved pages: NAME.html(.gz) beside NAME.txt, its text, and NAME.json with a ``title``."""
    found = []
    for text in sorted(folder.glob("*.txt")):
        saved = next((path for end in (".html.gz", ".html") if (path := text.with_suffix(end)).is_file()), None)
        if saved is None:
            continue
        raw = gzip.decompress(saved.read_bytes()) if saved.suffix == ".gz" else saved.read_bytes()
        tree = lxml.html.document_fromstring(raw.decode("utf-8", "replace"))
        starts = [_bare(part)[:40] for part in text.read_text(encoding="utf-8").split("\n\n") if len(part) > 60]
        holding = [
            element
            for element in tree.iter("div", "article", "section", "td")
            if starts and sum(map(_bare(element.text_content()).__contains__, starts)) >= _HELD * len(starts)
        ]
        if not holding:
            continue
        body = holding[-1]  # in the order of the document: the deepest
        for child in list(body):
            inside = _bare(child.text_content()) if isinstance(child.tag, str) else ""
            if child.tag in ("p", "br", "b", "strong", "span") or any(start in inside for start in starts):
                body.remove(child)
        body.text = "@@"
        before, _, after = _STALE.sub(
            "", lxml.html.tostring(tree, encoding="unicode", doctype="<!DOCTYPE html>")
        ).partition("@@")
        title = json.loads(text.with_suffix(".json").read_text(encoding="utf-8")).get("title") or ""
        if title and after:
            found.append(Shell(before, after, title))
    return found


def _bare(text: str) -> str:
    return "".join(text.split())


def lay_out(told: list[Story], hosts: list[Host], dressed: Sequence[Shell] = ()) -> None:
    """Write every page and each host's sitemap, plain and compressed, into the hosts' folders; into ``dressed``, saved
    pages without their articles, where they are given."""
    for host in hosts:
        own = [story for story in told if story.url.startswith(f"{host.base}/")]
        for at, story in enumerate(own):
            others = [own[(at + step) % len(own)] for step in range(1, TEASERS + 1)]
            page = dressed[at % len(dressed)].page(story) if dressed else _page(story, others)
            _write(host.folder / story.path[1:], page)
        lines = "".join(f"<url><loc>{s.url}</loc><lastmod>{_day(s)}T08:00:00+07:00</lastmod></url>\n" for s in own)
        head = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        _write(host.folder / "sitemap.xml", f"{head}{lines}</urlset>")


def _day(story: Story) -> str:
    return "-".join(story.path.split("/")[1:4])


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = text.encode("utf-8", "replace")
    path.write_bytes(content)
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content, 6))


def _page(story: Story, others: list[Story]) -> str:
    title, day = html.escape(story.title), _day(story)
    told = []
    for at, part in enumerate(story.paragraphs):
        told.append(f"<p>{html.escape(part)}</p>")
        if at % 6 == 2 and at // 6 < len(others):
            other = others[at // 6]
            told.append(f'<p><strong>Baca juga: <a href="{other.url}">{html.escape(other.title)}</a></strong></p>')
    text = "\n".join(told)
    said = "".join(
        f'<div class="comment" id="k{at}"><div class="comment__user"><img src="/u/{at}.png" alt=""><b>Pembaca {at}</b>'
        f'<span class="comment__time">{at + 1} jam lalu</span></div><div class="comment__text"><div><p>{_SAID[at % 4]}</p>'
        f'</div></div><div class="comment__tool"><a href="#">Balas</a> <a href="#">Suka</a></div></div>'
        for at in range(12)
    )
    menu = "".join(
        f'<li class="nav__item nav__item--{at % 7}"><a href="/kanal/{at}" class="nav__link" data-category="menu"'
        f' data-action="click" data-label="Kanal {at}">Kanal {at}</a></li>'
        for at in range(60)
    )
    teasers = "".join(
        f'<div class="media media--image media--left"><div class="media__box"><div class="media__image"><a href="{s.url}"'
        f' class="media__link" data-category="box" data-label="{at}"><span class="ratiobox ratiobox--4-3 lqd"><img'
        f' src="/img/{at}.jpg?w=200&amp;q=90" srcset="{_images(at)}" alt="{html.escape(s.title)}" loading="lazy"></span>'
        f'</a></div><div class="media__text"><h3 class="media__title"><a href="{s.url}" class="media__link">'
        f'{html.escape(s.title)}</a></h3><div class="media__date"><span title="{_day(s)} 08:00 WIB">{at} jam lalu</span>'
        f"</div></div></div></div>"
        for at, s in enumerate(others)
    )
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": f"{day}T08:00:00+07:00",
        "author": {"@type": "Person", "name": "Rani Laksita"},
    }
    head = (
        f'<!DOCTYPE html><html lang="id"><head><meta charset="utf-8"><title>{title} - Contoh News</title>'
        f'<meta property="og:title" content="{title}"><meta property="og:type" content="article">'
        f'<meta name="description" content="{html.escape(story.paragraphs[0][:150])}">'
        f'<link rel="canonical" href="{story.url}">'
        f'<script type="application/ld+json">{json.dumps(data)}</script>'
    )
    body = (
        f'</head><body><header class="header"><nav class="nav"><ul class="nav__list">{menu}</ul></nav></header>'
        f'<main class="container"><div class="column-8"><article class="detail"><h1 class="detail__title">{title}</h1>'
        f'<div class="detail__author">Rani Laksita - <span>Contoh News</span></div><div class="detail__date">{day} 08:00'
        f' WIB</div><div class="detail__body"><div class="detail__body-text">{text}</div><div class="detail__share"><span>Bagikan:</span><a href="#">Facebook</a><a href="#">Salin tautan</a></div>'
        f'<div class="detail__tag"><a href="/tag/kabar">kabar</a><a href="/tag/hari-ini">hari ini</a></div></div></article>'
        f'<section class="comments"><h2>Komentar</h2>{said}</section></div>'
        f'<aside class="column-4"><h2 class="box__title">Berita Terkait</h2><div class="list">{teasers}</div></aside></main>'
        f'<footer class="footer">Hak cipta Contoh News<ul class="footer__list">{menu}</ul></footer>'
    )
    left = SIZE - len(head) - len(body)  # what fills real pages: styles, scripts, drawings
    styles = "".join(
        f".k{at}{{margin:0 {at % 9}px;color:#{at % 4096:03x};display:block}}\n" for at in range(left // 120)
    )
    script = "".join(
        f'window.q=window.q||[];q.push(["s{at}",{{"slot":{at},"on":true}}]);\n' for at in range(left // 160)
    )
    page = f"{head}<style>{styles}</style><script>{script}</script>{body}"
    return f"{page}<!--{'.' * max(0, SIZE - len(page))}--></body></html>"


def _images(number: int) -> str:
    return ", ".join(
        f"https://gambar.contoh.id/{number}/{width}/foto.jpg?w={width}&amp;q=90 {width}w" for width in _WIDTHS
    )
