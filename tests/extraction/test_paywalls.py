"""What a page says of a paywall, and how."""

from __future__ import annotations

import json

import pytest

from crawler.extraction import extract
from tests.extraction.pages import URL, article, page

GATE = '<div class="c-paywall__box"><h4>Masih ada lanjutannya</h4><p>Berlangganan atau masuk ke akun Anda.</p></div>'


def said(body: bytes) -> object:
    found = extract(body, URL)
    assert found is not None
    assert found.rights.get("access") == ("subscription" if "access_evidence" in found.rights else None)
    return found.rights.get("access_evidence")


def declared(**values: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle"} | values)}</script>'


@pytest.mark.parametrize(
    ("head", "after", "evidence"),
    [
        ("", "", None),
        (declared(isAccessibleForFree=False), "", ["isAccessibleForFree"]),
        (declared(isAccessibleForFree="http://schema.org/False"), "", ["isAccessibleForFree"]),
        (declared(hasPart=[{"@type": "WebPageElement", "isAccessibleForFree": "False"}]), "", ["isAccessibleForFree"]),
        ('<meta property="article:content_tier" content="locked">', "", ["article:content_tier"]),
        ('<meta property="article:content_tier" content="free">', "", None),
        ("", GATE, [".paywall"]),
        ("", GATE.replace('class="c-paywall__box"', 'id="PayWall"'), [".paywall"]),
        (declared(isAccessibleForFree=True), GATE, None),  # a gate that is in every page
        ("", GATE.replace("<div ", '<div style="margin: 0; display: none" '), None),
        ("", '<div class="paywall-ad"><p>Hujan turun di kota itu hingga malam.</p></div>', None),
        (declared(isAccessibleForFree="false"), GATE, ["isAccessibleForFree", ".paywall"]),
    ],
)
def test_marks_of_a_paywall(head: str, after: str, evidence: list[str] | None) -> None:
    assert said(page(article(after=after), head=head)) == evidence
