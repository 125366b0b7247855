# ruff: noqa: E501 - markup and sentences read better unwrapped
"""Nothing is cut without proof: names, first words and bold type that mislead, each with its counterpart that must go."""

from __future__ import annotations

import json

import pytest

from crawler.extraction import extract
from tests.extraction.pages import PARAGRAPHS, TEXT, TITLE, URL, article, page

EXTRA = "Sedikitnya empat ratus keluarga kini tidur di balai desa dan menunggu kiriman air bersih dari kota."
SECOND = "Kepala posko menyebut persediaan obat hanya cukup untuk tiga hari jika jalan tetap ditutup."


def text_of(body: bytes) -> str:
    found = extract(body, URL)
    assert found is not None
    return found.text


# What stands between the second and the third paragraph, and the lines of it that belong to the article.
KEPT = {
    "a word with a class inside of a sentence": (
        '<p>Panglima <span class="keyword">divisi keempat</span> menolak menjawab pertanyaan tentang serangan itu.</p>',
        ["Panglima divisi keempat menolak menjawab pertanyaan tentang serangan itu."],
    ),
    "a day in a time element inside of a sentence": (
        '<p>Serangan pada <time class="timestamp">3 Mei</time> itu menewaskan tujuh petani di ladang mereka.</p>',
        ["Serangan pada 3 Mei itu menewaskan tujuh petani di ladang mereka."],
    ),
    "an abbreviation with a tooltip": (
        '<p>Pasukan <abbr class="popup" title="x">PBB</abbr> membuka jalan bagi truk bantuan pada sore hari itu juga.</p>',
        ["Pasukan PBB membuka jalan bagi truk bantuan pada sore hari itu juga."],
    ),
    "a drop cap": (
        f'<p><span class="social-cap">S</span>{EXTRA[1:]}</p>',
        [EXTRA],
    ),
    "the rest of the story in a box named read more": (
        f'<div class="read-more-wrap"><p>{EXTRA}</p><p>{SECOND}</p></div>',
        [EXTRA, SECOND],
    ),
    "paragraphs behind a subscription's class": (
        f'<div class="paywall"><p>{EXTRA}</p><p>{SECOND}</p></div>',
        [EXTRA, SECOND],
    ),
    "paragraphs hidden until a script runs": (
        f'<div style="visibility:hidden"><p>{EXTRA}</p><p>{SECOND}</p></div>',
        [EXTRA, SECOND],
    ),
    "a box about a place in an aside": (
        f"<aside><h4>Tentang Lembah Rawa</h4><p>{EXTRA}</p></aside>",
        ["Tentang Lembah Rawa", EXTRA],
    ),
    "a box about a person": (
        "<div class='profil-box'><h4>Siapa Jenderal Warsa?</h4><p>Warsa lahir di kaki gunung pada 1966 dan memimpin dua operasi di perbatasan utara.</p></div>",
        ["Siapa Jenderal Warsa?", "Warsa lahir di kaki gunung pada 1966 dan memimpin dua operasi di perbatasan utara."],
    ),
    "a chronology whose headings carry dates": (
        f'<div><h4 class="entry-date">2 Mei</h4><p>{EXTRA}</p></div><div><h4 class="entry-date">3 Mei</h4><p>{SECOND}</p></div>',
        ["2 Mei", EXTRA, "3 Mei", SECOND],
    ),
    "a quotation in a box for sharing": (
        '<div class="tweet-share"><p>"Kami meminta semua pihak menahan diri demi anak-anak di lembah ini," kata uskup itu.</p></div>',
        ['"Kami meminta semua pihak menahan diri demi anak-anak di lembah ini," kata uskup itu.'],
    ),
    "a section whose id is made from its heading": (
        f'<section id="iklan-perang-di-radio"><h3>Iklan Perang di Radio</h3><p>{EXTRA}</p></section>',
        ["Iklan Perang di Radio", EXTRA],
    ),
    "a post of a ministry that is quoted": (
        '<p>Kementerian itu menulis di media sosial:</p><blockquote class="twitter-tweet"><p>Angkatan udara kami menembak jatuh dua pesawat nirawak di atas teluk malam ini.</p>&mdash; Kementerian (@kem) <a href="https://t.example/1">May 3, 2021</a></blockquote>',
        [
            "Kementerian itu menulis di media sosial:",
            "Angkatan udara kami menembak jatuh dua pesawat nirawak di atas teluk malam ini.",
        ],
    ),
    "a paragraph beside a tracking pixel": (
        f'<div>{EXTRA} <img src="/p.gif" width="1" height="1"></div>',
        [EXTRA],
    ),
    "a linked sentence": (
        '<p><a href="/arsip/laporan">Laporan komisi itu menyebut delapan nama perwira dalam daftar tersangka.</a></p>',
        ["Laporan komisi itu menyebut delapan nama perwira dalam daftar tersangka."],
    ),
    "numbered subheadings that are links": (
        f'<h3><a href="/a">1. Gudang di tepi rawa</a></h3><p>{EXTRA}</p><h3><a href="/b">2. Jembatan yang putus</a></h3><p>{SECOND}</p>',
        ["1. Gudang di tepi rawa", EXTRA, "2. Jembatan yang putus", SECOND],
    ),
    "a subheading that is a headline elsewhere on the page": (
        f"<h3>Jejak senjata di pelabuhan lama</h3><p>{EXTRA}</p>",
        ["Jejak senjata di pelabuhan lama", EXTRA],
    ),
    "a line of a placard": (
        "<p>Di tembok pasar itu tertulis dengan cat merah:</p><p>#PulangkanAnakKami</p>",
        ["Di tembok pasar itu tertulis dengan cat merah:", "#PulangkanAnakKami"],
    ),
    "an interview": (
        "<p>Reporter: Kapan gencatan senjata dimulai</p><p>Gubernur: Besok pagi.</p><p>Reporter: Siapa yang mengawasi</p><p>Gubernur: Pengamat dari tiga negara.</p>",
        [
            "Reporter: Kapan gencatan senjata dimulai",
            "Gubernur: Besok pagi.",
            "Reporter: Siapa yang mengawasi",
            "Gubernur: Pengamat dari tiga negara.",
        ],
    ),
    "a correction in a note of the editors": (
        '<div class="editors-note">Ralat: sebelumnya tertulis tujuh orang tewas, yang benar enam orang, menurut rumah sakit.</div>',
        ["Ralat: sebelumnya tertulis tujuh orang tewas, yang benar enam orang, menurut rumah sakit."],
    ),
    "entities that were escaped twice": (
        "<p>&amp;quot;Jalan itu dibuka besok&amp;quot;, kata bupati &amp;amp;ndash; ia tidak merinci jamnya kepada wartawan.</p>",
        ['"Jalan itu dibuka besok", kata bupati – ia tidak merinci jamnya kepada wartawan.'],
    ),
    "links side by side": (
        '<p>Utusan tiga negara hadir: <a href="/t/a">Qatar</a><a href="/t/b">Mesir</a><a href="/t/c">Turki</a> dan seorang pengamat.</p>',
        ["Utusan tiga negara hadir: Qatar Mesir Turki dan seorang pengamat."],
    ),
    "boxes of figures": (
        "<p><span>Tewas</span><span>14</span><span>Luka</span><span>51</span></p>",
        ["Tewas 14 Luka 51"],
    ),
}


@pytest.mark.parametrize("kind", KEPT)
def test_stays(kind: str):
    markup, lines = KEPT[kind]
    below = '<ul><li><a href="/lain">Jejak Senjata di Pelabuhan Lama</a></li></ul>'
    found = extract(page(article(between=markup), below=below), URL)
    assert found is not None
    assert found.text.split("\n\n") == [*PARAGRAPHS[:2], *lines, *PARAGRAPHS[2:]]


# Markup that is the same at first sight, and is not the article.
GONE = {
    "an author's own lines": '<div class="profil-box"><h4>Ratna Dewi</h4><p>Ratna Dewi adalah wartawan Kabar sejak 2011 dan meliput konflik di tiga benua.</p></div>',
    "an appeal in an aside": "<aside><p>Dapatkan koran cetak kami setiap pagi dengan harga khusus untuk pelanggan baru.</p></aside>",
    "a card of another story": '<div class="m-4"><img src="x.jpg"><h4><a href="/lain/1">Panen raya gagal di dua kabupaten</a></h4><p>Hama wereng menyerang sawah sejak awal musim tanam.</p></div>',
    "a newsletter's form": '<div><b>Kabar pagi di kotak masuk</b><p>Tuliskan alamat surel untuk menerima rangkuman setiap hari.</p><form><input type="email"><button>Kirim</button></form></div>',
    "a poll": '<div><p>Setujukah Anda bila pasukan asing ditarik?</p><label><input type="radio">Setuju</label><label><input type="radio">Tidak setuju</label></div>',
    "a row for sharing": '<div><span>Sebarkan berita ini</span><a href="https://facebook.com/sharer">Facebook</a><a href="https://x.com/intent">X</a><a href="#">Salin tautan</a></div>',
    "a label and a link": '<p><b>Selanjutnya tentang ini</b> – <a href="/lain/2">Panen raya gagal di dua kabupaten</a></p>',
    "a nested article": '<article><h3><a href="/lain/3">Panen raya gagal di dua kabupaten</a></h3><p>Hama wereng menyerang sawah sejak awal musim.</p></article>',
    "words for screen readers": '<p><a href="/lain/4">Panen raya gagal di dua kabupaten<span class="sr-only"> (buka di tab baru)</span></a></p>',
}  # fmt: skip


@pytest.mark.parametrize("kind", GONE)
def test_goes(kind: str):
    author = '<meta name="author" content="Ratna Dewi">'
    assert text_of(page(article(between=GONE[kind]), head=author)) == TEXT


AT_THE_END = {
    "names of the dead in bold": (
        "<p>Mereka yang gugur:</p><p><b>Sersan Wirya (29)</b></p><p><b>Kopral Danu (23)</b></p>",
        ["Mereka yang gugur:", "Sersan Wirya (29)", "Kopral Danu (23)"],
    ),
    "names of the dead in a list": (
        "<p>Mereka yang gugur:</p><ul><li><strong>Sersan Wirya (29)</strong></li><li><strong>Kopral Danu (23)</strong></li></ul>",
        ["Mereka yang gugur:", "Sersan Wirya (29)", "Kopral Danu (23)"],
    ),
    "a slogan in capitals": (
        "<p>Pada spanduk di gerbang kota itu hanya ada tiga kata yang ditulis dengan huruf besar:</p><p>TANAH AIR ABADI</p>",
        ["Pada spanduk di gerbang kota itu hanya ada tiga kata yang ditulis dengan huruf besar:", "TANAH AIR ABADI"],
    ),
    "the name of an aircraft": (
        "<p>Serpihan itu dipastikan berasal dari jet tempur (F-16)</p>",
        ["Serpihan itu dipastikan berasal dari jet tempur (F-16)"],
    ),
    "a chronology": (
        "<ul><li>2 Mei 2021 - Serangan Pertama</li><li>5 Mei 2021 - Perundingan Doha</li></ul>",
        ["2 Mei 2021 - Serangan Pertama", "5 Mei 2021 - Perundingan Doha"],
    ),
    "a correction": (
        '<p class="note">Ralat: naskah ini diperbarui untuk membetulkan nama kolonel yang memimpin operasi.</p>',
        ["Ralat: naskah ini diperbarui untuk membetulkan nama kolonel yang memimpin operasi."],
    ),
}


@pytest.mark.parametrize("kind", AT_THE_END)
def test_stays_at_the_end(kind: str):
    markup, lines = AT_THE_END[kind]
    assert text_of(page(article(after=markup))).split("\n\n") == [*PARAGRAPHS, *lines]


GONE_AT_THE_END = {
    "readers under a heading": "<h4>Suara Pembaca</h4><ul><li><b>tono</b>: Semoga perang ini segera usai dan semua pulang dengan selamat ya.</li></ul>",
    "thoughts on a headline": f"<h3>2 thoughts on “{TITLE}”</h3><ol><li>tono says: <p>Semoga perang ini segera usai dan semua pulang dengan selamat ya.</p></li></ol>",
    "one thought, in Indonesian": f"<h3>Satu tanggapan untuk “{TITLE}”</h3><ol><li>tono berkata: <p>Semoga perang ini segera usai dan semua pulang.</p></li></ol>",
    "an invitation to comment": "<div><b>Tulis Komentar Anda</b></div><div><div>tono</div><div>Semoga perang ini segera usai dan semua pulang dengan selamat ya.</div></div>",
    "a pitch for a subscription": '<div><div>Lanjutkan membaca dengan berlangganan</div><p>Nikmati seluruh artikel premium dan arsip sejak 1985 mulai Rp 30.000 per bulan.</p><p>Sudah berlangganan? <a href="/masuk">Masuk</a></p></div>',
    "a policy on comments": "<div><p>Komentar pembaca adalah tanggapan pribadi dan tidak mewakili sikap redaksi. Redaksi berhak menghapus kata-kata yang kasar.</p></div>",
    "an agency's mark": "<p>(Anadolu Agency)</p>",
    "a box of other stories": "<h4>Berita lain</h4><ul><li><a href='/1'>Panen raya gagal di dua kabupaten</a></li><li><a href='/2'>Sungai meluap di tiga kecamatan</a></li></ul>",
}  # fmt: skip


@pytest.mark.parametrize("kind", GONE_AT_THE_END)
def test_goes_at_the_end(kind: str):
    assert text_of(page(article(after=GONE_AT_THE_END[kind]))) == TEXT


def test_a_paywalled_teaser_is_kept_and_marked():
    data = json.dumps({"@type": "NewsArticle", "headline": TITLE, "isAccessibleForFree": "False"})
    body = page(article(), head=f'<script type="application/ld+json">{data}</script>')
    found = extract(body, URL)
    assert found is not None
    assert found.text == TEXT
    assert found.rights["access"] == "subscription"
    free = extract(page(article()), URL)
    assert free is not None
    assert "access" not in free.rights


def test_a_lead_that_begins_with_the_headline_stays():
    lead = f"{TITLE} negeri itu pada Rabu pagi."
    body = page(article(before=f"<p>{lead}</p>"))
    assert text_of(body).split("\n\n") == [lead, *PARAGRAPHS]


def test_a_lead_in_the_box_of_its_picture_stays():
    lead = "KOTA RAWA - Dua jembatan putus dan satu sekolah rusak setelah hujan roket melanda kota itu, kata wali kota."
    boxes = "".join(f"<div>{text}</div>" for text in PARAGRAPHS)
    body = f"<html><body><h1>{TITLE}</h1><div class='q'><div><img src='a.jpg'> {lead}</div>{boxes}</div></body></html>"
    assert text_of(body.encode()).split("\n\n") == [lead, *PARAGRAPHS]


def test_a_caption_without_markup_under_the_picture_goes():
    caption = "Warga membawa barang mereka melewati jembatan pada Selasa sore (Reuters/Wira Kusuma)."
    assert text_of(page(article(before=f'<img src="a.jpg"><p class="mt-1">{caption}</p>'))) == TEXT


def test_a_lead_under_the_picture_that_ends_with_its_day_stays():
    lead = "Warga membawa barang mereka melewati jembatan tua di tepi kota, kata pejabat setempat, Minggu (18/10/2020)."
    assert lead in text_of(page(article(before=f'<div><a href="a.jpg"><img src="a.jpg"></a></div>{lead}<br><br>')))


def test_a_photo_story_is_told_by_its_captions():
    figures = "".join(
        f"<figure><img src='{n}.jpg'><figcaption>{text}</figcaption></figure>" for n, text in enumerate(PARAGRAPHS[1:])
    )
    body = page(f"<div class='isi-foto'><p>{PARAGRAPHS[0]}</p></div><div class='galeri'>{figures}</div>")
    assert text_of(body) == TEXT
