"""Index and search pages: templates, days, next pages, article links, and walks that must end."""

from __future__ import annotations

from datetime import date
from itertools import islice

import pytest

from crawler.discovery import Candidate, ListingResult, Page, Window, entries, pagination, read, templates
from crawler.discovery.links import links_from_article
from crawler.discovery.pagination import PaginationGuard
from crawler.outlets import Outlet
from storage.article import Link

BASE = "https://contoh.id"
TODAY = date(2024, 3, 29)


def outlet(**keys):
    return Outlet(**{"id": "contoh", "name": "Contoh", "domains": ["contoh.id"], **keys})


def page(html, url=f"{BASE}/indeks", **context):
    return Page(url, f"<html><body>{html}</body></html>".encode(), context=context)


def links(*paths):
    return "".join(f'<h3><a href="{path}">Judul {path[-1]}</a></h3>' for path in paths)


def asked(of, window=Window(), **options):  # noqa: B008 - frozen
    return [item.url for item in entries(of, window, today=TODAY, **options)]


@pytest.mark.parametrize(
    ("template", "expanded"),
    [
        ("https://x.id/{date:%Y-%m-%d}/{page}", "https://x.id/2020-11-09/3"),
        ("https://x.id/?d={date:%-d}&m={date:%m}&p={page:0}", "https://x.id/?d=9&m=11&p=2"),
        ("https://x.id/{date:%m%%2F%d%%2F%Y}", "https://x.id/11%2F09%2F2020"),
        ("https://x.id/{offset}", "https://x.id/40"),
        ("https://x.id/{offset:15}/", "https://x.id/30/"),
        ("https://x.id/?q={query}", "https://x.id/?q=Nagorno+Karabakh"),
    ],
)
def test_templates(template, expanded):
    made = templates.expand(template, page=3, step=20, day=date(2020, 11, 9), query="Nagorno Karabakh")
    assert made == expanded


def test_the_window_is_asked_for_day_by_day_newest_first():
    of = outlet(indexes=[f"{BASE}/a/{{date:%Y-%m-%d}}", f"{BASE}/b?t={{date:%d%m%Y}}&p={{page}}"])
    assert asked(of, Window(date(2020, 11, 8), date(2020, 11, 9))) == [
        f"{BASE}/a/2020-11-09",
        f"{BASE}/b?t=09112020&p=1",
        f"{BASE}/a/2020-11-08",
        f"{BASE}/b?t=08112020&p=1",
    ]


def test_without_a_window_today_and_yesterday_are_asked_for():
    assert asked(outlet(indexes=[f"{BASE}/{{date:%Y-%m-%d}}"])) == [f"{BASE}/2024-03-29", f"{BASE}/2024-03-28"]


def test_the_future_and_the_time_before_the_web_are_never_asked_for():
    of = outlet(indexes=[f"{BASE}/{{date:%Y-%m-%d}}"])
    days = asked(of, Window(date(1900, 1, 1), date(2100, 1, 1)))
    assert (days[0], days[-1]) == (f"{BASE}/2024-03-29", f"{BASE}/1995-01-01")


def test_a_template_by_year_is_asked_for_once_a_year():
    assert asked(outlet(indexes=[f"{BASE}/{{date:%Y}}"]), Window(date(2022, 6, 1), date(2023, 6, 1))) == [
        f"{BASE}/2023",
        f"{BASE}/2022",
    ]


def test_entries_are_made_as_they_are_asked_for():
    of = outlet(indexes=[f"{BASE}/{{date:%Y-%m-%d}}"])
    first = list(islice(entries(of, Window(since=date(1995, 1, 1)), today=TODAY), 2))
    assert [item.url for item in first] == [f"{BASE}/2024-03-29", f"{BASE}/2024-03-28"]


def test_search_is_asked_once_per_query_and_template():
    of = outlet(search=[f"{BASE}/cari?q={{query}}&p={{page}}"], feeds=[f"{BASE}/feed"])
    assert asked(of, queries=["Nagorno Karabakh", "Armenia"]) == [
        f"{BASE}/feed",
        f"{BASE}/cari?q=Nagorno+Karabakh&p=1",
        f"{BASE}/cari?q=Armenia&p=1",
    ]


def test_an_outlet_without_any_way_in_is_entered_by_its_front_page_and_sections():
    of = outlet()
    (front,) = entries(of, Window(), today=TODAY)
    assert (front.url, front.kind) == (f"{BASE}/", "index")
    html = links("/berita/perang-di-nagorno-karabakh", "/internasional", "/login", "/dunia/asia")
    reading = read("index", page(html, front.url, **front.context), of, Window())
    assert [(item.kind, item.url) for item in reading.candidates] == [
        ("article", f"{BASE}/berita/perang-di-nagorno-karabakh"),
        ("index", f"{BASE}/internasional"),
        ("index", f"{BASE}/dunia/asia"),
    ]


def test_article_links_carry_the_best_title_given_to_them():
    html = """
      <div><a href="/berita/satu-dua-tiga-empat"><img src="x.jpg" alt=""></a><h2>Judul dari Kartu</h2></div>
      <a href="/berita/lima-enam-tujuh-delapan"><img src="y.jpg" alt="Keterangan"></a>
      <a href="/berita/lima-enam-tujuh-delapan">Judul  yang
         Lebih Panjang</a>
      <a href="/berita/satu-lagi-dari-dunia"><span>Dunia - 7 menit lalu</span><h3>Judul di Dalam</h3></a>
      <a href="/berita/satu-lagi-dari-asia" title="Judul dari Atribut">24 Jul 2026 Judul dari Atribut</a>
      <a href="/tag/perang">Tag</a><a href="https://lain.id/berita/satu-dua-tiga-empat">Lain</a>"""
    reading = read("index", page(html), outlet(), Window())
    assert [item.title for item in reading.candidates] == [
        "Judul dari Kartu",
        "Judul yang Lebih Panjang",
        "Judul di Dalam",
        "Judul dari Atribut",
    ]


def test_one_article_linked_under_several_addresses_is_one_candidate():
    html = links(
        "/berita/satu-dua-tiga-empat", "/berita/satu-dua-tiga-empat?utm_source=x", "/berita/satu-dua-tiga-empat/#k"
    )
    assert len(read("index", page(html), outlet(), Window()).candidates) == 1


def test_links_kept_as_json_are_found_where_the_outlet_says_what_articles_look_like():
    html = (
        '<script>{"url":"https:\\/\\/contoh.id\\/berita\\/9\\/perang","foto":"https:\\/\\/contoh.id\\/a.jpg"}</script>'
    )
    reading = read("index", page(html), outlet(article_urls=[r"^/berita/\d+/"]), Window())
    assert [item.url for item in reading.candidates] == [f"{BASE}/berita/9/perang"]


def test_the_next_page_follows_from_the_template():
    of = outlet(indexes=[f"{BASE}/{{date:%Y-%m-%d}}?hal={{page}}"])
    first = next(iter(entries(of, Window(until=date(2020, 11, 9)), today=TODAY)))
    html = links("/2020/11/09/perang-di-karabakh/")
    *articles, following = read("index", page(html, first.url, **first.context), of, Window()).candidates
    assert following.url == f"{BASE}/2020-11-09?hal=2"
    assert articles[0].published == date(2020, 11, 9)
    assert articles[0].context == {"listed": "2020-11-09"}


def test_a_page_without_articles_is_the_last():
    of = outlet(indexes=[f"{BASE}/indeks?hal={{page}}"])
    context = {"template": of.indexes[0], "page": 4}
    assert read("index", page("<p>Tidak ada berita</p>", **context), of, Window()).candidates == []


def test_a_page_before_the_window_is_the_last():
    of = outlet(indexes=[f"{BASE}/indeks?hal={{page}}"])
    context = {"template": of.indexes[0], "page": 4}
    window = Window(date(2020, 11, 1), date(2020, 11, 30))
    older = page(links("/2020/09/09/perang-di-karabakh/"), **context)
    later = page(links("/2021/09/09/perang-di-karabakh/"), **context)
    assert read("index", older, of, window).candidates == []
    assert [item.url for item in read("index", later, of, window).candidates] == [f"{BASE}/indeks?hal=5"]


@pytest.mark.parametrize(
    "onward",
    [
        '<a href="/indeks/2">Selanjutnya »</a>',
        '<link rel="next" href="/indeks/2">',
        '<a class="next page" href="/indeks/2">›</a>',
    ],
)
def test_without_a_template_the_page_names_the_next_one(onward):
    html = links("/berita/perang-di-nagorno-karabakh") + onward
    assert [item.url for item in read("index", page(html), outlet(), Window()).candidates][1:] == [f"{BASE}/indeks/2"]


def test_next_links_end_after_a_bounded_number():
    html = links("/berita/perang-di-nagorno-karabakh") + '<a href="/kalender/2031">Berikutnya</a>'
    assert len(read("index", page(html, depth=50), outlet(), Window()).candidates) == 1


def test_links_of_an_article_are_candidates_related_ones_first():
    given = [
        Link(f"{BASE}/berita/kabar-dari-yerevan-hari-ini", "Kabar dari Yerevan", "body"),
        Link(f"{BASE}/berita/azerbaijan-serang-armenia-lagi?utm_source=baca", " Azerbaijan  Serang ", "related"),
        Link(f"{BASE}/berita/halaman-dua-artikel-ini?page=2", "2", "next"),
        Link("https://lain.id/berita/azerbaijan-serang-armenia-lagi", "", "related"),
    ]
    found = links_from_article(given, outlet())
    assert [(item.url, item.title, item.source) for item in found] == [
        (f"{BASE}/berita/azerbaijan-serang-armenia-lagi", "Azerbaijan Serang", "link related"),
        (f"{BASE}/berita/kabar-dari-yerevan-hari-ini", "Kabar dari Yerevan", "link body"),
    ]


def reading_of(*numbers):
    onward = Candidate(f"{BASE}/indeks?hal=9", kind="index")
    return ListingResult([*(Candidate(f"{BASE}/berita/{number}") for number in numbers), onward])


def test_a_walk_ends_where_an_index_repeats_itself():
    guard, again = PaginationGuard(), reading_of(1, 2, 3)
    assert guard.accept("t", 1, reading_of(1, 2, 3))
    assert guard.accept("t", 2, reading_of(3, 4, 5))  # one story moved on to the next page meanwhile
    assert not guard.accept("t", 3, again)
    assert again.troubles == ["repeats itself"]


def test_each_day_of_a_template_is_a_walk_of_its_own():
    guard = PaginationGuard()
    one, other = ({"template": "t{date}{page}", "date": day} for day in ("2020-11-09", "2020-11-08"))
    assert pagination.key("u", one) != pagination.key("u", other)
    assert guard.accept(pagination.key("u", one), 1, reading_of(1, 2))
    assert guard.accept(pagination.key("u", other), 1, reading_of(1, 2))


def test_a_walk_ends_after_a_bounded_number_of_pages():
    guard = PaginationGuard(max_pages=3)
    last = reading_of(30)
    assert [guard.accept("t", number, reading_of(number)) for number in (1, 2)] == [True, True]
    assert not guard.accept("t", 3, last)
    assert last.troubles == ["too many pages"]


def test_a_walk_in_the_present_ends_where_nothing_is_new_to_the_frontier():
    guard = PaginationGuard()
    assert guard.accept("t", 1, reading_of(1, 2), new=0)  # the first page always leads on: something may have moved
    assert not guard.accept("t", 2, reading_of(3, 4), new=0)


def test_answers_that_lead_nowhere_are_not_remembered():
    guard = PaginationGuard()
    assert guard.accept("sitemap", 1, ListingResult([Candidate(f"{BASE}/berita/{number}") for number in range(1000)]))
    assert not guard._seen


def test_what_a_guard_remembers_is_bounded():
    guard = PaginationGuard(max_remembered=100)
    for number in range(1000):
        guard.accept(f"t{number}", 1, reading_of(*range(number * 10, number * 10 + 10)))
    assert sum(map(len, guard._seen.values())) <= 100
