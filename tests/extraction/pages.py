# ruff: noqa: E501 - markup and sentences read better unwrapped
"""Pages of our own writing for the extraction tests: an article of a few paragraphs inside of any markup."""

from __future__ import annotations

TITLE = "Serangan udara hancurkan gudang amunisi di perbatasan"
PARAGRAPHS = [
    "GAZIANTEP - Sebuah gudang amunisi di dekat perbatasan hancur setelah dihantam serangan udara pada Selasa malam, kata pejabat setempat.",
    "Ledakan beruntun terdengar sampai belasan kilometer dan memaksa ratusan keluarga meninggalkan rumah mereka sebelum fajar.",
    '"Kami masih menghitung kerugian, tetapi tidak ada warga sipil yang tewas," ujar juru bicara provinsi itu kepada wartawan.',
    "Kementerian pertahanan menyatakan serangan tersebut merupakan balasan atas tembakan artileri yang menewaskan tiga prajurit pekan lalu.",
    "Warga mengaku membaca juga pengumuman evakuasi yang ditempel di pintu masjid, lalu berkemas dengan tergesa-gesa.",
]
URL = "https://kabar.example/dunia/serangan-udara-hancurkan-gudang-amunisi"
TEXT = "\n\n".join(PARAGRAPHS)


def article(
    before: str = "", between: str = "", after: str = "", container: str = '<div class="entry-content">'
) -> str:
    """The article in a container, with markup before, after the second paragraph, and at the end of it."""
    shown = [f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS]
    closing = f"</{container.split()[0].strip('<>')}>"
    return container + before + "".join(shown[:2]) + between + "".join(shown[2:]) + after + closing


def page(content: str, head: str = "", below: str = "") -> bytes:
    """A whole page: site frame, headline, ``content``, and ``below`` it what is not the article."""
    menu = "".join(f'<li><a href="/{name}/">{name}</a></li>' for name in ("nasional", "dunia", "ekonomi", "olahraga"))
    return f"""<!DOCTYPE html><html lang="id"><head><meta charset="utf-8"><title>{TITLE} - Kabar</title>{head}</head>
    <body class="single single-post"><header><nav><ul>{menu}</ul></nav></header>
    <main><article class="post-7 post hentry"><h1 class="entry-title">{TITLE}</h1>{content}</article>{below}</main>
    <footer><p>Hak cipta Kabar</p></footer></body></html>""".encode()
