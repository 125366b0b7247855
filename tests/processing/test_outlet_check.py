"""``scrapy outlets`` and its check, against small sites on loopback."""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
from datetime import date

import brotli
import pytest
import zstandard
from scrapy.utils.project import get_project_settings

from crawler.commands.outlets import Command
from crawler.demo.server import Answer, Server, Site
from crawler.fetching.client import Fetcher, Refused
from crawler.outlets import Outlet, load
from crawler.processing.outlet_check import check
from storage.errors import NothingReachable, TooManyPageErrors

TODAY = date(2024, 3, 29)
AGENT = "conflict_news/0.1 (+redaksi@contoh.id)"
TEXT = "".join(
    f"<p>Pasukan kedua negara kembali baku tembak di perbatasan pada hari ke-{day}, kata kementerian pertahanan.</p>"
    for day in ("satu", "dua", "tiga", "empat", "lima", "enam")
)
ARTICLE = (
    '<html lang="id"><head><title>Baku Tembak di Perbatasan</title><meta property="og:type" content="article">'
    '<meta property="article:published_time" content="2024-03-28T10:00:00+07:00"></head><body><article>'
    f'<h1>Baku Tembak di Perbatasan</h1><div class="isi">{TEXT}</div></article></body></html>'
).encode()


class Small(Site):
    """A site of fixed answers by path."""

    def __init__(self, address, answers):
        super().__init__(address, address)
        self.answers = answers

    def answer(self, asked):
        given = self.answers.get(asked.path, Answer(404, b"tidak ada"))
        return given(self) if callable(given) else given


def robots(text="User-agent: *\nDisallow: /rahasia/\n"):
    return Answer(body=text.encode(), kind="text/plain")


def rss(site):
    items = f"<item><title>Baku Tembak</title><link>{site.base}/berita/baku-tembak-di-perbatasan</link></item>"
    return Answer(body=f"<rss><channel>{items}</channel></rss>".encode(), kind="text/xml")


def sitemap(site):
    body = f"<urlset><url><loc>{site.base}/berita/baku-tembak-di-perbatasan</loc></url></urlset>"
    return Answer(body=gzip.compress(body.encode()), kind="application/gzip")


WORKING = {
    "/robots.txt": robots("User-agent: *\nCrawl-delay: 0.01\nDisallow: /rahasia/\n"),
    "/feed": rss,
    "/sitemap.xml.gz": sitemap,
    "/indeks/2024-03-28": Answer(body=b'<a href="/berita/baku-tembak-di-perbatasan">Baku Tembak</a>'),
    "/berita/baku-tembak-di-perbatasan": Answer(body=ARTICLE),
}


def outlet_of(site, **keys):
    given = {
        "feeds": [f"{site.base}/feed"],
        "sitemaps": [f"{site.base}/sitemap.xml.gz"],
        "indexes": [f"{site.base}/indeks/{{date:%Y-%m-%d}}"],
    }
    return Outlet(**{"id": "kecil", "name": "Kecil", "domains": [site.address], "delay": 0.0, **given, **keys})


def probes_of(answers, **keys):
    site = Small("127.0.0.61", {**WORKING, **answers})
    with Server([site]) as server:
        probes = list(check([outlet_of(site, **keys)], AGENT, TODAY))
    return probes, server


def test_a_working_outlet_passes_every_probe():
    probes, server = probes_of({}, selectors={"body": [".isi"]})
    assert [(probe.what, probe.ok, probe.detail) for probe in probes] == [
        ("robots", True, "Crawl-delay 0.01 s"),
        ("feed", True, "1 article"),
        ("sitemap", True, "1 article"),
        ("index", True, "1 article"),
        ("article", True, "84 words; published 2024-03-28T10:00:00+07:00"),
    ]
    assert next(request.path for request in server.log) == "/robots.txt"
    assert {request.agent for request in server.log} == {AGENT}


def test_what_does_not_work_is_told_in_a_few_words():
    probes, _ = probes_of(
        {
            "/feed": Answer(body=b"<html>Just a moment</html>"),
            "/sitemap.xml.gz": Answer(404, b""),
            "/indeks/2024-03-28": Answer(body=b"<p>kosong</p>"),
        }
    )
    assert [(probe.what, probe.ok, probe.detail) for probe in probes] == [
        ("robots", True, "Crawl-delay 0.01 s"),
        ("feed", False, "0 articles; not a feed"),
        ("sitemap", False, "answered 404"),
        ("index", False, "0 articles"),
        ("article", False, "no source named one"),
    ]


def test_selectors_that_no_longer_match_fail_the_article():
    probes, _ = probes_of({}, selectors={"body": [".dulu-isi"]})
    assert not probes[-1].ok
    assert probes[-1].detail.endswith("no selector of the registry matches its body")


def test_robots_txt_is_obeyed():
    probes, server = probes_of({"/robots.txt": robots("User-agent: conflict_news\nDisallow: /feed\n")})
    assert [probe.detail for probe in probes if probe.what == "feed"] == ["disallowed by robots.txt"]
    assert "/feed" not in {request.path for request in server.log}


def test_without_a_readable_robots_txt_nothing_is_asked_for():
    probes, server = probes_of({"/robots.txt": Answer(503, b"")})
    assert not any(probe.ok for probe in probes)
    assert {request.path for request in server.log} == {"/robots.txt"}


def test_a_missing_robots_txt_allows_everything():
    probes, _ = probes_of({"/robots.txt": Answer(404, b"")})
    assert all(probe.ok for probe in probes)


def fetching(answers, **keys):
    site = Small("127.0.0.61", {"/robots.txt": robots(), **answers})
    server = Server([site])
    server.start()
    return server, site, Fetcher(outlet_of(site, **keys), AGENT)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(302, b"", headers={"Location": "http://127.0.0.62/di-luar"}), "redirects out of the outlet's domains"),
        (Answer(302, b"", headers={"Location": "file:///etc/passwd"}), "what is no web address"),
        (Answer(302, b"", headers={"Location": "/a"}), "in a circle"),
        (Answer(body=(b"x" * 65536 for _ in range(400))), "answers more than 8 MB"),
        (
            Answer(body=gzip.compress(bytes(30 << 20)), headers={"Content-Encoding": "gzip"}),
            "unpacks to more than 8 MB",
        ),
        (Answer(body=b"\x1f\x8bnicht", headers={"Content-Encoding": "gzip"}), "broken Content-Encoding: not gzip"),
    ],
    ids=["elsewhere", "file", "loop", "endless", "bomb", "broken"],
)
def test_hostile_answers_are_refused(answer, why):
    server, site, fetcher = fetching({"/a": answer})
    try:
        with pytest.raises(Refused, match=why):
            fetcher.get(f"{site.base}/a")
    finally:
        server.stop()


def test_the_delay_of_outlet_or_robots_is_kept_between_requests():
    slept, clock = [], iter(range(0, 1000, 1))
    server, site, _ = fetching({"/robots.txt": robots("User-agent: *\nCrawl-delay: 7\n"), "/a": Answer(body=b"a")})
    try:
        fetcher = Fetcher(outlet_of(site, delay=2.0), AGENT, sleep=slept.append, clock=lambda: next(clock))
        fetcher.get(f"{site.base}/a")
        fetcher.get(f"{site.base}/a")
    finally:
        server.stop()
    assert len(slept) == 2
    assert all(5 <= seconds <= 7 for seconds in slept)


def run(capsys, *args):
    """The command as Scrapy runs it, without a process of its own: what it prints. Raises ``CorpusError`` kinds."""
    command = Command()
    command.settings = get_project_settings()
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    opts, rest = parser.parse_known_args(list(args))
    try:
        command.work(rest, opts)
    finally:
        printed = capsys.readouterr().out
    return printed


def test_the_command_lists_the_registry_as_tab_separated_values(capsys):
    lines = [line.split("\t") for line in run(capsys, "kompas", "impiannews").splitlines()]
    assert lines == [
        ["id", "name", "domains", "feeds", "sitemaps", "indexes", "search", "platform", "selectors"],
        ["kompas", "Kompas.com", "kompas.com", "-", "2", "1", "1", "", "no"],
        ["impiannews", "ImpianNews", "impiannews.com", "-", "-", "-", "-", "blogger", "no"],
    ]
    assert len(run(capsys).splitlines()) == len(load()) + 1


def test_the_command_checks_and_leaves_with_a_telling_status(capsys, tmp_path):
    site = Small("127.0.0.61", dict(WORKING))
    toml = tmp_path / "kecil.toml"
    with Server([site]):
        toml.write_text(
            f'id = "kecil"\nname = "Kecil"\ndomains = ["{site.address}"]\nfeeds = ["{site.base}/feed"]\ndelay = 0\n'
        )
        rows = json.loads(run(capsys, str(toml), "--check", "--json"))
        assert [(row["what"], row["ok"]) for row in rows] == [("robots", True), ("feed", True), ("article", True)]
        site.answers["/feed"] = Answer(500, b"")
        with pytest.raises(TooManyPageErrors, match="2 of 3 probes failed, at 1 outlet"):
            run(capsys, str(toml), "--check")
    with pytest.raises(NothingReachable, match="is there a network"):
        run(capsys, str(toml), "--check")


def test_an_unknown_outlet_is_one_line_and_a_configuration_error(request):
    command = [sys.executable, "-m", "scrapy", "outlets", "kompass"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=request.config.rootpath, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: unknown outlet id 'kompass'")
    assert done.stderr.count("\n") == 1


PAGE = b"<html><body>" + b"<p>Baku tembak di kota tua.</p>" * 40 + b"</body></html>"


PACKED = {"gzip": gzip.compress(PAGE), "br": brotli.compress(PAGE), "zstd": zstandard.compress(PAGE)}


@pytest.mark.parametrize("encoding", PACKED)
def test_every_encoding_is_unpacked_and_a_torn_one_refused(encoding):
    packed = PACKED[encoding]
    told = {"Content-Encoding": encoding}
    answers = {"/a": Answer(body=packed, headers=told), "/b": Answer(body=packed[:-9], headers=told)}
    server, site, fetcher = fetching({**answers, "/c": Answer(body=PAGE, headers=told)})
    try:
        assert fetcher.get(f"{site.base}/a").body == PAGE
        assert fetcher.get(f"{site.base}/c").body == PAGE  # said, and not so
        with pytest.raises(Refused, match="ends too early"):
            fetcher.get(f"{site.base}/b")
    finally:
        server.stop()


def test_each_hop_of_a_redirect_is_asked_for_as_the_rules_allow():
    answers = {
        "/robots.txt": robots("User-agent: *\nDisallow: /rahasia\n"),
        "/a": Answer(302, b"", headers={"Location": "/b?x=1"}),
        "/b": Answer(301, b"", headers={"Location": "/rahasia/c"}),
    }
    server, site, fetcher = fetching(answers)
    try:
        with pytest.raises(Refused, match=r"disallowed by robots\.txt"):
            fetcher.get(f"{site.base}/a")
        assert "/rahasia/c" not in {request.path for request in server.log}
    finally:
        server.stop()


def test_a_host_that_asks_for_quiet_is_left_alone():
    slept = []
    server, site, _ = fetching({"/a": Answer(503, b"", headers={"Retry-After": "30"}), "/b": Answer(body=b"b")})
    try:
        fetcher = Fetcher(outlet_of(site), AGENT, sleep=slept.append)
        assert fetcher.get(f"{site.base}/a").status == 503
        fetcher.get(f"{site.base}/b")
    finally:
        server.stop()
    assert 25 < max(slept) <= 30


def test_a_crawl_delay_that_no_run_can_keep_leaves_the_host_alone():
    server, site, fetcher = fetching({"/robots.txt": robots("User-agent: *\nCrawl-delay: 3600\n"), "/a": Answer()})
    try:
        with pytest.raises(Refused, match="asks for 3600 s between requests"):
            fetcher.get(f"{site.base}/a")
    finally:
        server.stop()


def test_of_a_source_that_is_too_large_the_first_part_is_read(monkeypatch):
    monkeypatch.setattr("crawler.fetching.client.SITEMAP_MAX_BYTES", 1000)
    server, site, fetcher = fetching({"/peta.xml": Answer(body=b"<urlset>" + b"x" * 5000)})
    try:
        answer = fetcher.get(f"{site.base}/peta.xml", source=True)
        assert (answer.cut, len(answer.body)) == (True, 1000)
    finally:
        server.stop()
