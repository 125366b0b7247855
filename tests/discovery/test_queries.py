"""Search queries from whatever the examples are about."""

from __future__ import annotations

import pytest

from crawler.crawl.configuration import SEEDS
from crawler.discovery.queries import from_seeds, from_texts
from storage.errors import SeedsError

FLOODS = [
    "Ribuan rumah di Demak terendam banjir sejak Senin. Warga Demak mengungsi ke balai desa karena tanggul jebol.",
    "Hujan deras membuat banjir merendam Semarang. Tanggul jebol dan warga mengungsi ke masjid, kata petugas.",
    "Petugas mengevakuasi warga yang terjebak banjir di Jepara setelah tanggul jebol. Sebagian warga mengungsi.",
]


def test_the_seeds_names_come_first():
    queries = from_seeds(SEEDS)
    assert queries[:2] == ["Nagorno Karabakh", "Azerbaijan Armenia"]
    assert len(queries) <= 8
    assert all(1 <= len(query.split()) <= 3 for query in queries)


def test_examples_that_share_no_name_are_searched_by_their_topic():
    queries = from_texts(FLOODS)
    assert "banjir" in queries or "tanggul" in queries
    assert not {"Senin", "Demak"} & set(queries)


def test_the_limit_holds():
    assert len(from_seeds(SEEDS, limit=3)) == 3


def test_a_folder_without_examples_is_an_error_that_says_so(tmp_path):
    with pytest.raises(SeedsError, match=r"holds no \.txt file"):
        from_seeds(tmp_path)
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SeedsError, match=r"a\.txt cannot be read as UTF-8"):
        from_seeds(tmp_path)
