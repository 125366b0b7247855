"""Precision and recall of links between copies on the corpora of ``bench.planted_2``, or of ``planted_3``, whose kinds
chose no threshold. Run from the project root:

    python -m bench.copies --size 6000 [--held-out] [--url sqlite:///FILE | postgresql://…] [--seed 7] [--show retold]

Figures that were measured stand in docs/corpus.md.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter, defaultdict

from sqlalchemy import select

from bench import planted_2, planted_3
from bench.planted_2 import HELD_OUT, KINDS, TEMPLATES, Planted
from storage.corpus import Corpus
from storage.database import Database, tables


def store(corpus: Corpus, articles: list[Planted]) -> list[str]:
    """The ids, in the order of the articles."""
    ids: list[str] = []
    for start in range(0, len(articles), 100):
        with corpus.db.begin() as conn:
            ids += [corpus.save(conn, planted.article).id for planted in articles[start : start + 100]]
    return ids


def judge(corpus: Corpus, articles: list[Planted], ids: list[str], show: str | None) -> None:
    """Print them. A link is right where both ends come from one article, whatever the kind; recall asks that the copy
    is linked to something of its origin, ``kind`` whether as what it was planted."""
    places = {id_: place for place, id_ in enumerate(ids)}

    def origin(place: int) -> int:
        above = articles[place].original
        return place if above is None else origin(above)

    with corpus.db.read() as conn:
        table = tables.copies
        joined = table.join(tables.articles, tables.articles.c.key == table.c.article_key)
        rows = conn.execute(select(tables.articles.c.id, table.c.copy_of, table.c.kind).select_from(joined)).all()
    found = {places[row.id]: (places[row.copy_of], row.kind) for row in rows}
    wrong = {copy: of for copy, (of, _) in found.items() if origin(copy) != origin(of)}
    print(f"{len(found)} links, {len(wrong)} wrong: precision {1 - len(wrong) / max(1, len(found)):.4f}")
    print("wrong links by maker:", dict(Counter((articles[a].maker, articles[b].maker) for a, b in wrong.items())))
    templates = {maker.__name__ for maker in TEMPLATES + HELD_OUT + planted_3.TEMPLATES}
    templated = sum(articles[place].maker in templates for place in found)
    print(f"reports out of templates: {sum(p.maker in templates for p in articles)}, linked {templated}")
    planted: dict[str, list[int]] = defaultdict(list)
    for place, article in enumerate(articles):
        if article.kind is not None:
            planted[article.kind].append(place)
            planted[f"  {article.maker}"].append(place)
    for kind in sorted(planted, key=lambda name: (name.strip() not in KINDS, name)):
        linked = [place for place in planted[kind] if place in found and place not in wrong]
        same = sum(found[place][1] == articles[place].kind for place in linked)
        print(
            f"{kind:>16}: planted {len(planted[kind])}, recall {len(linked) / len(planted[kind]):.4f}, as that {same}"
        )
    if show:
        for place in [place for place in planted[f"  {show}"] if place not in found][:3]:
            print(
                "-- missed:",
                articles[place].article.text,
                "-- of:",
                articles[articles[place].original or 0].article.text,
            )
        for copy, of in [(a, b) for a, b in wrong.items() if articles[a].maker == show][:3]:
            print("-- wrong:", articles[copy].article.text, "-- of:", articles[of].article.text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--held-out", action="store_true", help="the kinds of bench.planted_3")
    parser.add_argument("--url")
    parser.add_argument("--show", metavar="MAKER", help="print texts that were missed or linked wrongly")
    args = parser.parse_args()
    articles = list((planted_3 if args.held_out else planted_2).stream(args.size, seed=args.seed))
    with tempfile.TemporaryDirectory() as folder:
        corpus = Corpus(Database.open(args.url or f"sqlite:///{folder}/bench.db"))
        began = time.perf_counter()
        ids = store(corpus, articles)
        print(f"{len(ids)} articles stored in {time.perf_counter() - began:.0f} s")
        judge(corpus, articles, ids, args.show)


if __name__ == "__main__":
    main()
