"""Asking a site what it offers: robots.txt, feeds, sitemaps, platform, lists by date, search, and three articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import quote_plus, urlsplit

from crawler import discovery, urls
from crawler.discovery import Candidate, Page, Window, blogger, templates, wordpress
from crawler.extraction import extract
from crawler.fetching.client import ROBOT, Answer, Fetcher, Refused
from crawler.fetching.refresh import refresh_of
from crawler.outlets import Outlet
from crawler.processing.survey import front as fronts
from crawler.processing.survey import patterns
from crawler.processing.survey.front import Front
from crawler.processing.survey.guesses import (
    DATED,
    GUESSED_FEEDS,
    GUESSED_INDEXES,
    GUESSED_SITEMAPS,
    NEWSROOM,
    site_of,
    zone_of,
)
from storage.article import Article
from storage.errors import NothingReachable

MOST = 60  # requests of one survey, robots.txt included; at a delay of 1 s that is a minute
SECTIONS = 6  # section pages looked at where the front page does not show enough
ARTICLES = 3  # fetched and read, to show what comes out
KEPT = 5  # sources of one kind written down; a site with a feed per section names hundreds


@dataclass(slots=True)
class Survey:
    """What was found: the outlet, a comment for each of its keys, its articles as read, and what was passed over."""

    outlet: Outlet
    found: dict[str, str] = field(default_factory=dict)
    articles: list[tuple[str, Article | None]] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    asked: int = 0


def survey(
    address: str,
    agent: str,
    now: datetime,
    fetcher: Callable[[Outlet, str], Fetcher] = Fetcher,
    report: Callable[[int], None] = lambda _: None,
) -> Survey:
    """Survey the site at an address. ``now`` is aware; ``report`` is told the number of requests so far.

    Raises ``ConfigurationError`` for what is no address of a site, ``NothingReachable`` where it gives no front page.
    """
    home, outlet = site_of(address)
    surveyor = _Surveyor(outlet, home, fetcher(outlet, agent), now, report)
    return surveyor.run()


class _Surveyor:
    """One survey at work."""

    def __init__(
        self, outlet: Outlet, home: str, fetcher: Fetcher, now: datetime, report: Callable[[int], None]
    ) -> None:
        self.outlet, self.home, self.fetcher, self.now, self.report = outlet, home, fetcher, now, report
        self.result = Survey(outlet)
        self.named: dict[str, Candidate] = {}  # articles that sources name
        self.seen: dict[str, str] = {}  # articles that pages only link to, with the link's text
        self.menus: set[str] = set()  # other pages
        self.answers: dict[str, Answer | str] = {}
        self.unseen = ""  # why there is no front page

    def run(self) -> Survey:
        """Ask, from what tells most to what is guessed."""
        front = self._front()
        pages = [front, *self._sections(front)]
        sources = {
            "feeds": self._feeds(pages),
            "sitemaps": self._sitemaps(),
            "indexes": [],
            "search": [],
        }
        outlet = self._platform([front.page for front in pages] + self._article_pages())
        sources["indexes"] = self._dated(pages)
        if not any(sources.values()) and outlet.platform is None:
            sources["indexes"] = self._lists(pages)
        shapes = self._patterns(pages)
        sources["search"] = self._search(pages)
        name = front.name or outlet.name
        if self.unseen and not any(sources.values()) and outlet.platform is None:
            raise NothingReachable(f"{self.home}: {self.unseen}")
        self.outlet = outlet.model_copy(update={**sources, "article_urls": shapes, "name": name})
        self._read_articles()
        self._settle()
        self.result.asked = self.fetcher.asked
        return self.result

    # Asking -------------------------------------------------------------------------------------------------------

    def _ask(self, url: str, *, source: bool = True) -> Answer | str:
        """An answer 200, or in words why there is none; each address is asked once, ``MOST`` in all."""
        if url not in self.answers:
            if self.fetcher.asked >= MOST:
                return f"not asked: {MOST} requests are enough for one survey"
            try:
                answer = self.fetcher.get(url, source=source)
                self.answers[url] = answer if answer.status == 200 else f"answered {answer.status}"
            except Refused as refused:
                self.answers[url] = str(refused)
            self.report(self.fetcher.asked)
        return self.answers[url]

    def _read(self, kind: str, candidate: Candidate) -> tuple[list[Candidate], str]:
        """What a source holds, and in words why it holds nothing."""
        answer = self._ask(candidate.url)
        if isinstance(answer, str):
            return [], answer
        page = Page(answer.url, answer.body, answer.status, answer.headers, dict(candidate.context), self.now)
        result = discovery.read(kind, page, self.outlet, Window())
        return result.candidates, "; ".join(result.troubles) or "names no article"

    def _note(self, candidates: Iterable[Candidate]) -> int:
        articles = [candidate for candidate in candidates if candidate.kind == "article"]
        for candidate in articles:
            self.named.setdefault(candidate.url, candidate)
        return len(articles)

    # The front page and what it leads to --------------------------------------------------------------------------

    def _front(self) -> Front:
        answer = self._ask(self.home)
        if isinstance(answer, str):  # what robots.txt names may work all the same
            self.unseen = answer
            answer = Answer(self.home, 200, {}, b"")
        onward = refresh_of(answer.body, answer.url)
        if onward and self.outlet.owns(urls.host(onward)):
            there = self._ask(onward)
            answer = answer if isinstance(there, str) else there
        rules = self.fetcher.rules(answer.url)
        delay = 0.0 if isinstance(rules, str) else rules.crawl_delay(ROBOT) or 0.0
        if delay > self.outlet.delay:
            self.outlet = self.outlet.model_copy(update={"delay": delay})
            self.result.found["delay"] = f"seconds between two requests: robots.txt asks for {delay:g}"
        return self._front_of(answer)

    def _front_of(self, answer: Answer) -> Front:
        page = Page(answer.url, answer.body, answer.status, answer.headers)
        front = fronts.read(page, self.outlet)
        for url, text in front.linked.items():
            if urls.looks_like_article(url, self.outlet):
                self.seen.setdefault(url, text)
            else:
                self.menus.add(url)
        return front

    def _sections(self, front: Front) -> list[Front]:
        """A few pages below the front page: an index page first, then the sections its menu names."""
        inside = urlsplit(front.page.url).path
        wanted = [url for url in front.indexes if url != front.page.url]
        wanted += [
            url
            for url in front.linked
            if url not in self.seen
            and url not in wanted
            and 0 < len([part for part in urlsplit(url).path.split("/") if part]) <= 2
            and not urlsplit(url).query
            and urlsplit(url).path != inside
            and urls.wanted(url, self.outlet)
        ]
        wanted.sort(key=lambda url: (url not in front.indexes, NEWSROOM.search(urlsplit(url).path) is None))
        found = []
        for url in wanted[:SECTIONS]:
            answer = self._ask(url)
            if not isinstance(answer, str):
                found.append(self._front_of(answer))
        return found

    # Sources ------------------------------------------------------------------------------------------------------

    def _feeds(self, pages: list[Front]) -> list[str]:
        told = list(dict.fromkeys(feed for page in pages for feed in page.feeds))
        kept = self._that_work("feed", told)
        if not kept and not told:
            base = self.home.rstrip("/") + "/"
            kept = self._that_work("feed", [base + path for path in GUESSED_FEEDS], first=True)
        if kept:
            self.result.found["feeds"] = "named by the site's own pages" if told else "found where feeds usually are"
        return kept

    def _sitemaps(self) -> list[str]:
        rules = self.fetcher.rules(self.home)
        named = [] if isinstance(rules, str) else [urls.clean(url, self.home) for url in rules.sitemaps]
        told = [url for url in named if url and self.outlet.owns(urls.host(url))]
        kept = self._that_work("sitemap", told)
        if not kept:
            parts = urlsplit(self.home)
            root = f"{parts.scheme}://{parts.netloc}/"
            guessed = dict.fromkeys([root + path for path in GUESSED_SITEMAPS])
            kept = self._that_work("sitemap", [url for url in guessed if url not in told], first=True)
        if kept:
            self.result.found["sitemaps"] = "named by robots.txt" if kept[0] in told else "found where it usually is"
        return kept

    def _that_work(self, kind: str, addresses: list[str], *, first: bool = False) -> list[str]:
        kept: list[str] = []
        for url in addresses[: 3 * KEPT]:
            candidates, why = self._read(kind, Candidate(url, kind=kind))
            children = [candidate for candidate in candidates if candidate.kind == "sitemap"]
            if self._note(candidates) or children:
                kept.append(url)
                newest = sorted(children, key=lambda child: str(child.modified or ""), reverse=True)
                for child in newest[:2]:
                    if len(self.named) < 2 * patterns.LEAST:
                        self._note(self._read("sitemap", child)[0])
            elif not first:
                self.result.passed_over.append(f"{kind} {url}: {why}")
            if (first and kept) or len(kept) >= KEPT:
                break
        return kept

    def _platform(self, pages: list[Page]) -> Outlet:
        for page in pages:
            known = discovery.platform_of(page, self.outlet)
            if known is None:
                continue
            entries = wordpress.entries if known.platform == "wordpress" else blogger.entries
            entry = next(iter(entries(known, Window(), [""])))
            candidates, why = self._read(str(known.platform), entry)
            if not self._note(candidates) and [c.kind for c in candidates] == ["wordpress"]:  # plain permalinks
                candidates, why = self._read("wordpress", candidates[0])
            if self._note(candidates):
                self.result.found["platform"] = f"shown by {page.url}; its API answers"
                return known
            self.result.passed_over.append(f"{known.platform} {entry.url.partition('?')[0]}: {why}")
        return self.outlet

    def _dated(self, pages: list[Front]) -> list[str]:
        """Templates of lists by date that give different articles for different days."""
        told = list(dict.fromkeys(template for page in pages for template in page.dated))
        guessed: list[str] = []
        if not told:
            listed = [url.rstrip("/").partition("?")[0] for page in pages for url in page.indexes]
            base = self.home.rstrip("/")
            listed += [f"{base}/{path}" for path in GUESSED_INDEXES] if not listed else []
            guessed = [form.format(base=url) for url in dict.fromkeys(listed[:2]) for form in DATED]
        today = self.now.date()
        for template in [*told[:KEPT], *guessed]:
            one, two = (self._on(template, today - timedelta(days=back)) for back in (1, 2))
            if not one or not two or one <= two or two <= one:
                if template in told:
                    self.result.passed_over.append(f"index {template}: the same for two days, or empty")
                continue
            found = fronts.paged(template, self.linked_on)
            self.result.found["indexes"] = "one list a day: two days give different articles"
            return [found]
        return []

    linked_on: dict[str, str] = {}  # noqa: RUF012 - set for each list read

    def _on(self, template: str, day: date) -> set[str]:
        url = templates.expand(template, day=day)
        answer = self._ask(url)
        if isinstance(answer, str):
            return set()
        front = self._front_of(answer)
        self.linked_on = front.linked
        listed = {link for link in front.linked if urls.looks_like_article(link, self.outlet)}
        listed = listed or set(patterns.headlines(front.linked))
        self.seen.update({link: front.linked[link] for link in listed})
        return listed

    def _lists(self, pages: list[Front]) -> list[str]:
        """Of a site that offers nothing else: its pages that list articles."""
        kept = []
        for front in pages:
            listed = [url for url in front.linked if urls.looks_like_article(url, self.outlet)]
            listed = listed if len(listed) >= patterns.LEAST else patterns.headlines(front.linked)
            if len(listed) >= patterns.LEAST or (front is pages[0] and listed):
                kept.append(front.page.url)
                self.seen.update({url: front.linked[url] for url in listed})
        if kept:
            self.result.found["indexes"] = "pages that list articles; the site names no feed, sitemap or index by date"
        return kept[:KEPT]

    def _search(self, pages: list[Front]) -> list[str]:
        word = next(
            (word for url in self.named or self.seen for word in urls.slug_words(url).split() if len(word) > 4), ""
        )
        for template in dict.fromkeys(template for page in pages for template in page.search):
            url = templates.expand(template, query=word or "perang")
            candidates, why = self._read("search", Candidate(url, kind="search"))
            if any(candidate.kind == "article" for candidate in candidates):
                self.result.found["search"] = f"the site's own form; tried with {quote_plus(word)!r}"
                return [template]
            self.result.passed_over.append(f"search {template}: {why}")
        return []

    # Articles -----------------------------------------------------------------------------------------------------

    def _patterns(self, pages: list[Front]) -> list[str]:
        examples = list(dict.fromkeys([*self.named, *self.seen]))
        others = (self.menus | {page.page.url for page in pages} | {self.home}) - set(examples)
        others = {url for url in others if url not in self.seen}
        shapes = patterns.patterns_of(examples, others)
        if shapes:
            count = sum(1 for url in examples if urls.looks_like_article(url, _with(self.outlet, shapes)))
            self.result.found["article_urls"] = f"fits {count} of {len(examples)} articles seen, and no other page"
        return shapes

    def _examples(self) -> list[str]:
        """Articles to read, those first that the sources name as the newest."""
        dated = sorted(self.named.values(), key=lambda item: str(item.published or item.modified or ""), reverse=True)
        return [candidate.url for candidate in dated] or list(self.seen)

    def _article_pages(self) -> list[Page]:
        """A page made for speed may be the one that does not show its platform: so articles are looked at, too."""
        answers = [self._ask(url, source=False) for url in self._examples()[: ARTICLES - 1]]
        return [Page(a.url, a.body, a.status, a.headers) for a in answers if not isinstance(a, str)]

    def _read_articles(self) -> None:
        for url in [url for url in self._examples() if self.named or urls.looks_like_article(url, self.outlet)][
            :ARTICLES
        ]:
            answer = self._ask(url, source=False)
            article = None
            if not isinstance(answer, str):
                kind = answer.headers.get("content-type")
                article = extract(answer.body, answer.url, kind, outlet=self.outlet, fetched_at=self.now)
            self.result.articles.append((url, article))

    def _settle(self) -> None:
        told = [candidate.published for candidate in self.named.values()]
        told += [article.published_at for _, article in self.result.articles if article is not None]
        zone, count = zone_of(told, self.outlet.timezone)
        if count:
            self.result.found["timezone"] = f"the zone of times without one; {count} of the site's own times are in it"
        day = f"{self.now:%Y-%m-%d}"
        keys = [
            key
            for key in ("feeds", "sitemaps", "indexes", "search", "platform", "article_urls")
            if getattr(self.outlet, key)
        ]
        facts = [f"{key}: found by `scrapy outlets --add` on {day}" for key in keys]
        self.outlet = Outlet.model_validate({**self.outlet.model_dump(), "timezone": zone, "facts": facts})
        self.result.outlet = self.outlet


def _with(outlet: Outlet, shapes: list[str]) -> Outlet:
    return outlet.model_copy(update={"article_urls": shapes})
