"""The browser in a real one: headless Chromium on the pages, at two widths; axe-core finds nothing serious on them.

Every request of every page is recorded: none leaves this machine, whatever the corpus holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.browse import Sources, application
from crawler.relevance import Topic
from tests.browse.conftest import Shelf, chromium, serving, stock
from tests.spiders.running import Place

WIDTHS = (1280, 390)
PATHS = ("/?q=tewas", "/?state=missed", "report", "revised", "undated", "/audit?queue=readers", "/audit?queue=alarms",
         "/overview", "/nowhere")  # fmt: skip
PATIENCE = 10_000  # milliseconds that a page may take to show something


class Chromium:
    """One browser process; each test has a context of its own in it."""

    def __init__(self, browser: Any, base: str) -> None:
        self.browser = browser
        self.base = base
        self.asked: list[str] = []
        self.said: list[str] = []  # on the console: what the policy refused, what a script got wrong

    @contextmanager
    def page(self, width: int = 1280, **options: Any) -> Iterator[Any]:
        """A page whose requests are recorded, with ``base`` before its addresses."""
        given = {"viewport": {"width": width, "height": 800}, "base_url": self.base, "locale": "en-US"} | options
        context = self.browser.new_context(**given)
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: self.asked.append(request.url))
        page = context.new_page()
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        try:
            yield page
        finally:
            context.close()

    @property
    def outside(self) -> list[str]:
        """What was asked for elsewhere."""
        return [url for url in self.asked if urlsplit(url).scheme != "data" and not url.startswith(self.base)]


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory, topic: Topic, shelf: Shelf
) -> Iterator[tuple[Chromium, Sources, Shelf]]:
    """Chromium before a corpus of its own, which decisions are written to."""
    path = chromium()
    from playwright.sync_api import sync_playwright

    place = Place.below(tmp_path_factory.mktemp("desk"))
    own = Shelf(place, stock(place, topic), shelf.outlets, topic)
    sources = own.sources()
    with serving(application(sources)) as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield Chromium(browser, f"http://127.0.0.1:{port}"), sources, own
        browser.close()
    sources.close()


def address(shelf: Shelf, path: str) -> str:
    return path if path.startswith("/") else f"/article/{shelf.ids[path]}"


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (1280, "dark"), (390, "light")])
def test_nothing_serious_bars_anybody(desk: tuple[Chromium, Sources, Shelf], width: int, theme: str) -> None:
    from axe_playwright_python.base import AXE_FILE_PATH

    seen, _, shelf = desk
    axe = AXE_FILE_PATH.read_text(encoding="utf-8")
    rules = json.dumps({"resultTypes": ["violations"], "iframes": False})
    trouble = {}
    with seen.page(width, color_scheme=theme) as page:
        for path in PATHS:
            page.goto(address(shelf, path))
            page.wait_for_function("() => !document.querySelector('figure:not(:has(svg))')")
            page.evaluate(axe)  # by the debugger, which no policy binds
            found = page.evaluate(f"axe.run(document, {rules})")["violations"]
            bad = [
                f"{each['id']}: {each['nodes'][0]['html'][:200]} {each['nodes'][0]['failureSummary'][:300]}"
                for each in found
                if each["impact"] in ("serious", "critical")
            ]
            if bad:
                trouble[path] = bad
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert trouble == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_from_a_search_to_an_article(desk: tuple[Chromium, Sources, Shelf], width: int) -> None:
    seen, _, shelf = desk
    with seen.page(width) as page:
        page.goto("/")
        page.fill("#q", "bentrokan")
        page.press("#q", "Enter")
        page.wait_for_url("**q=bentrokan**")
        page.wait_for_selector(".hits mark.m-hit")
        assert page.inner_text("p.count") == "2 articles"
        if width < 760:
            page.wait_for_selector(".facets li a", state="hidden")
            page.click(".facets summary")
        page.click(".facets li a:has-text('Kabar Senja')")
        page.wait_for_url("**outlet=senja**")
        assert page.inner_text("p.count") == "1 article"
        assert page.input_value("#q") == "bentrokan"
        page.click(".hits h2 a")
        page.wait_for_url(f"**/article/{shelf.ids['report']}**")
        assert page.is_visible("text=Chain of copies")
        page.click(".tree a:has-text('Bentrokan') >> nth=1")
        page.wait_for_url(f"**/article/{shelf.ids['copy']}")
        page.go_back()
        page.go_back()
        assert page.inner_text("p.count") == "1 article"


def test_a_change_of_the_form_shows_at_once(desk: tuple[Chromium, Sources, Shelf]) -> None:
    seen, _, _ = desk
    with seen.page() as page:
        page.goto("/")
        page.select_option("select[name=state]", "missed")
        page.wait_for_selector("text=2 near misses")
        assert "state=missed" in page.url
        with page.expect_download() as waiting:
            page.goto("/?q=tewas")
            page.click("text=Export what I see")
        assert waiting.value.suggested_filename == "articles.jsonl"


@pytest.mark.parametrize("width", WIDTHS)
def test_auditing_with_keys(desk: tuple[Chromium, Sources, Shelf], width: int) -> None:
    seen, sources, _ = desk
    before = {decision.id for decision in sources.corpus.decisions()}
    with seen.page(width) as page:
        page.goto("/audit?queue=near")
        first = page.get_attribute(".queue [aria-current]", "href")
        with page.expect_navigation():  # until it is loaded: keys are listened to from then on
            page.keyboard.press("j")
        assert page.get_attribute(".queue [aria-current]", "href") != first
        with page.expect_navigation():
            page.keyboard.press("k")
        assert page.get_attribute(".queue [aria-current]", "href") == first
        id_ = page.get_attribute("form.decide", "action").rsplit("/", 1)[1]
        page.fill("[name=annotator]", "Sari")
        page.keyboard.press("Escape")
        page.keyboard.press("n")
        page.keyboard.type("jarang ada")
        page.keyboard.press("Escape")
        with page.expect_navigation(url="**/audit?queue=near**id=**"):
            page.keyboard.press("r")
        assert not page.get_attribute("form.decide", "action").endswith(id_)
        decision = sources.corpus.decision_on(id_)
        assert decision is not None
        assert (decision.accepted, decision.note) == (False, "jarang ada [Sari]")
        assert page.input_value("[name=annotator]") == "Sari"
        second = page.get_attribute("form.decide", "action").rsplit("/", 1)[1]
        with page.expect_navigation(url="**/audit?queue=near**id=**"):
            page.keyboard.press("a")
        assert not page.get_attribute("form.decide", "action").endswith(second)
        assert {decision.id for decision in sources.corpus.decisions()} == before | {id_, second}


def test_the_page_and_its_cuts_are_beside_the_text(desk: tuple[Chromium, Sources, Shelf]) -> None:
    seen, _, shelf = desk
    with seen.page() as page:
        page.goto(f"/audit?queue=sample&seed=1&id={shelf.ids['report']}")
        frame = page.frame_locator("iframe")
        assert frame.locator("[data-rule]").first.is_visible()
        assert frame.locator("p.kept").count() == 4
        rule = frame.locator("[data-rule]").last.get_attribute("data-rule")
        assert page.is_visible(f".cuts b:has-text('{rule}')")


def test_languages_and_colours(desk: tuple[Chromium, Sources, Shelf]) -> None:
    seen, _, _ = desk
    with seen.page() as page:
        page.goto("/?q=tewas")
        light = page.evaluate("getComputedStyle(document.body).backgroundColor")
        with page.expect_navigation():
            page.click("a[hreflang=id]")
        assert page.inner_text("button.primary") == "Cari"
        assert page.input_value("#q") == "tewas"
        with page.expect_navigation():
            page.click("[aria-label=Gelap]")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
        page.goto("/overview")
        assert page.inner_text("h1") == "Ikhtisar"
        assert page.get_attribute("html", "data-theme") == "dark"


@pytest.mark.parametrize("width", WIDTHS)
def test_by_keyboard_alone(desk: tuple[Chromium, Sources, Shelf], width: int) -> None:
    seen, _, _ = desk
    with seen.page(width) as page:
        page.goto("/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "q"
        page.keyboard.type("bentrokan")
        page.keyboard.press("Enter")
        page.wait_for_selector(".hits mark.m-hit")
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('.hits h2 a')"):
                break
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        page.keyboard.press("Enter")
        page.wait_for_url("**/article/**")


def test_the_heat_map_and_the_graph_are_drawn(desk: tuple[Chromium, Sources, Shelf]) -> None:
    seen, _, _ = desk
    with seen.page() as page:
        page.goto("/overview")
        page.wait_for_function("() => !document.querySelector('figure:not(:has(svg))')")
        for chart in page.query_selector_all(".chart:has(svg)"):
            box = chart.query_selector("svg").bounding_box()
            assert min(box["width"], box["height"]) > 20
            chart.query_selector("details summary").click()
            assert chart.query_selector("details table").is_visible()
        assert page.query_selector(".chart:has-text('Who copies whom') svg")
        assert page.query_selector(".chart:has-text('Coverage: outlet and day') svg")


@pytest.mark.parametrize("path", ["/", "/?q=tentara", "hostile", "trick", "audit", "frame", "raw"])
def test_hostile_content_does_nothing(desk: tuple[Chromium, Sources, Shelf], path: str) -> None:
    seen, _, shelf = desk
    id_ = shelf.ids["hostile"]
    paths = {"audit": f"/audit?queue=near&id={id_}", "frame": f"/frame/{id_}/0", "raw": f"/raw/{id_}/0"}
    with seen.page() as page:
        page.on("dialog", lambda _: pytest.fail("a dialog was opened"))
        page.goto(paths.get(path) or address(shelf, path))
        if path == "audit":
            frame = page.frame_locator("iframe")
            frame.locator("text=Klik").click()
            frame.locator("text=Pergi").click()
            frame.locator("text=Tekan").click()
        page.wait_for_load_state("networkidle")
        assert page.title() != "owned"
        assert urlsplit(page.url).netloc == urlsplit(seen.base).netloc


def test_nothing_was_asked_of_others_and_the_policy_refused_nothing(desk: tuple[Chromium, Sources, Shelf]) -> None:
    """After all the pages above: our own ones hold to their policy without a complaint."""
    seen, _, _ = desk
    with seen.page() as page:
        page.goto("/overview")
    assert seen.outside == []
    assert [text for text in seen.said if "404" not in text] == []
