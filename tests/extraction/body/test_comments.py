# ruff: noqa: E501 - markup and sentences read better unwrapped
"""Comment blocks of the systems Indonesian sites use: nothing of any comment, the article whole."""

from __future__ import annotations

import pytest

from crawler.extraction import extract
from tests.extraction.pages import TEXT, URL, article, page

OPINION = "Menurut saya kedua negara harus segera berdamai karena rakyat kecil yang selalu menjadi korban perang ini."
REPLY = "Setuju sekali dengan pendapat di atas, semoga para pemimpin mereka membaca komentar kita semua."

BLOCKS = {
    "wpDiscuz": f"""<div id="comments" class="comments-area"><div id="wpdcom" class="wpdiscuz_unauth wpd-default wpd-layout-1">
      <div class="wpd-form-head"><span>Subscribe</span></div><div id="wpd-threads" class="wpd-thread-wrapper"><div class="wpd-thread-info"><span>2</span> Comments</div>
      <div id="wpd-comm-1_0" class="comment even wpd-comment"><div class="wpd-comment-author">Budi</div><div class="wpd-comment-date">3 years ago</div>
      <div class="wpd-comment-text"><p>{OPINION}</p></div></div><div id="wpd-comm-2_1" class="comment wpd-reply"><div class="wpd-comment-text"><p>{REPLY}</p></div></div></div></div></div>""",
    "Blogger": f"""<div class="comments" id="comments"><h4>2 komentar:</h4><div id="Blog1_comments-block-wrapper"><dl id="comments-block">
      <dt class="comment-author">Budi mengatakan...</dt><dd class="comment-body"><p>{OPINION}</p></dd><dd class="comment-footer">9 November 2020 pukul 10.00</dd>
      <dt class="comment-author">Siti</dt><dd class="comment-body"><p>{REPLY}</p></dd></dl></div><p class="comment-footer"><a href="/c">Posting Komentar</a></p></div>""",
    "Disqus": f"""<div id="disqus_thread"><section id="conversation"><ul id="post-list"><li class="post"><div class="post-message"><p>{OPINION}</p></div></li>
      <li class="post"><div class="post-message"><p>{REPLY}</p></div></li></ul></section></div><noscript>Please enable JavaScript to view the comments powered by Disqus.</noscript>""",
    "WordPress list": f"""<section id="komentar"><h2>2 Komentar</h2><ol class="commentlist"><li class="comment byuser depth-1" id="li-comment-1"><article class="comment-body">
      <div class="comment-content"><p>{OPINION}</p></div></article><ol class="children"><li class="comment depth-2"><div class="comment-content"><p>{REPLY}</p></div></li></ol></li></ol></section>
      <div id="respond" class="comment-respond"><h3>Tinggalkan Balasan</h3><p>Alamat email Anda tidak akan dipublikasikan. Ruas yang wajib ditandai *</p></div>""",
    "Facebook": f"""<div class="fb-comments" data-href="https://kabar.example/x"><div class="_li"><div class="clearfix"><span>{OPINION}</span></div><div><span>{REPLY}</span></div></div></div>""",
}


@pytest.mark.parametrize("system", BLOCKS)
@pytest.mark.parametrize("inside", [True, False], ids=["inside the body", "below the body"])
def test_no_comment_gets_into_the_text(system: str, inside: bool):
    body = page(article(after=BLOCKS[system])) if inside else page(article(), below=BLOCKS[system] * 3)
    found = extract(body, URL)
    assert found is not None
    assert found.text == TEXT


@pytest.mark.parametrize("system", BLOCKS)
def test_a_thread_ten_times_as_long_as_the_article_changes_nothing(system: str):
    found = extract(page(article(), below=BLOCKS[system].replace(OPINION, f"{OPINION} " * 40)), URL)
    assert found is not None
    assert found.text == TEXT
