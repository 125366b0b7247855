"""`scrapy judge`: people's decisions, learning from them, and judging the whole corpus anew without asking anybody."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.demo import Story
from crawler.processing import rescore
from crawler.relevance.feedback import retrain
from crawler.relevance.model import load, threshold_for
from crawler.urls import page_key
from storage.article import Article
from storage.corpus import Corpus
from storage.database import Database
from storage.database.frontier_tables import urls
from storage.frontier.coverage import coverage
from tests.commands.calling import Called, call
from tests.commands.conftest import Stored
from tests.spiders.running import Place


def article_of(place: Place, story: Story) -> Article | None:
    return place.articles().get(story.url)


def url_of(place: Place, story: Story) -> tuple[str, str | None]:
    """State of a story's URL in the frontier, and the article it became."""
    db = Database.open(place.url, create=False)
    with db.read() as conn:
        row = conn.execute(select(urls.c.state, urls.c.article_id).where(urls.c.identity == page_key(story.url))).one()
    db.close()
    return row.state, row.article_id


def numbers(said: Called) -> dict[str, int]:
    """The counts of a rescoring's report."""
    wanted = {
        "judged": r"(\d+) articles judged", "below": r"(\d+) are below it now", "taken in": r"(\d+) became articles",
        "due": r"(\d+) are due to be fetched again", "rejected": r"(\d+) stay rejected",
    }  # fmt: skip
    return {name: int(re.search(pattern, said.out)[1]) for name, pattern in wanted.items()}  # type: ignore[index]


# Decisions --------------------------------------------------------------------------------------------------------


def test_decisions_are_recorded_by_url_and_by_id(stored: Stored, tmp_path: Path) -> None:
    place = stored.copy(tmp_path)
    first, second = stored.kept[:2]
    article = article_of(place, second)
    assert article is not None
    said = call("judge", "--reject", first.url, str(article.id), place=place)
    assert said.code == 0
    assert said.out.splitlines() == [f"rejected: {first.url}", f"rejected: {second.url}"]
    assert call("judge", "--accept", stored.near.url, place=place).out == f"accepted: {stored.near.url}\n"


def test_nothing_is_decided_where_one_of_those_named_is_unknown(stored: Stored, tmp_path: Path) -> None:
    place = stored.copy(tmp_path)
    said = call("judge", "--accept", stored.kept[0].url, "0" * 16, place=place)
    assert (said.code, said.out) == (2, "")
    assert "0000000000000000: neither an article nor a near miss" in said.error
    db = Database.open(place.url, create=False)
    assert list(Corpus(db).decisions()) == []
    db.close()


def test_a_model_learns_from_decisions_and_judges_by_them(stored: Stored, tmp_path: Path) -> None:
    place, model = stored.copy(tmp_path), tmp_path / "model.tsv"
    unwanted, *others = stored.kept
    call("judge", "--reject", unwanted.url, place=place)
    call("judge", "--accept", *(story.url for story in others), stored.near.url, place=place)
    said = call("judge", "--retrain", place=place, TOPIC_MODEL=str(model))
    assert said.code == 0
    count = len(stored.kept) + 1
    assert said.out.startswith(f"{count} decisions learned: the model agreed with {count - 1} of them before, with ")
    assert model.read_text(encoding="utf-8").startswith("#")

    scores = [
        float(re.search(r"score ([\d.]+)", call("explain", unwanted.url, place=place, **settings).out)[1])  # type: ignore[index]
        for settings in ({}, {"TOPIC_MODEL": str(model)})
    ]
    assert scores[1] < scores[0]


def test_a_model_that_judges_unseen_decisions_worse_is_written_by_force_alone(
    stored: Stored, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rescore, "retrain", lambda *given: replace(retrain(*given), worse=True))
    place, model = stored.copy(tmp_path), tmp_path / "model.tsv"
    call("judge", "--accept", *(story.url for story in stored.kept), place=place)
    said = call("judge", "--retrain", place=place, TOPIC_MODEL=str(model))
    assert said.code == 2
    assert "judged worse than before" in said.error
    assert not model.exists()
    assert call("judge", "--retrain", "--force", place=place, TOPIC_MODEL=str(model)).code == 0
    assert model.is_file()


def test_learning_again_from_the_same_decisions_changes_nothing(stored: Stored, tmp_path: Path) -> None:
    place, model = stored.copy(tmp_path), tmp_path / "model.tsv"
    call("judge", "--accept", *(story.url for story in stored.kept), place=place)
    written = []
    for _ in range(2):
        assert call("judge", "--retrain", "--force", place=place, TOPIC_MODEL=str(model)).code == 0
        written.append(model.read_text(encoding="utf-8"))
    assert written[0] == written[1]


def test_the_queue_holds_what_nobody_decided_on_the_nearest_to_the_threshold_first(
    stored: Stored, tmp_path: Path
) -> None:
    place, settings = stored.copy(tmp_path), {"RELEVANCE_THRESHOLD": str(stored.threshold)}
    said = call("judge", "--queue", "100", place=place, **settings)
    assert said.code == 0
    assert said.out.splitlines()[1].strip() == stored.near.url
    listed = {line.strip() for line in said.out.splitlines() if line.startswith("      ")}
    assert {story.url for story in stored.kept} | {stored.near.url} <= listed

    call("judge", "--accept", stored.near.url, place=place)
    again = call("judge", "--queue", "1", place=place, **settings).out
    assert stored.near.url not in again
    assert again.endswith("1 to decide on: scrapy judge --accept ID … or --reject ID …\n")


def test_the_threshold_may_be_named_by_what_it_must_not_lose(stored: Stored, tmp_path: Path) -> None:
    place = stored.copy(tmp_path)
    said = call("judge", "--rescore", "--recall", "0.98", "--outlets", str(stored.toml), place=place)
    assert said.code == 0
    assert f"at threshold {threshold_for(load(), 0.98):g}" in said.out
    both = call("judge", "--rescore", "--recall", "0.98", place=place, RELEVANCE_THRESHOLD="0.5")
    assert (both.code, both.out) == (2, "")
    assert "give one of them" in both.error
    assert "must be a number from 0 to 1" in call("judge", "--rescore", "--recall", "98", place=place).error
    seeds = call("judge", "--rescore", "--recall", "0.9", "--topic", "seeds", place=place)
    assert "armed conflict only" in seeds.error


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ([], 2, "name what to --accept or --reject"),
        (["https://contoh.id/berita/1"], 2, "name what to --accept or --reject"),
        (["--accept"], 2, "name what to --accept or --reject"),
        (["--accept", "--reject", "https://contoh.id/berita/1"], 2, "not allowed with argument"),
        (["--retrain"], 2, "error: nothing to learn from: record decisions with --accept and --reject first"),
    ],
)
def test_what_cannot_be_done_is_said(stored: Stored, words: list[str], code: int, says: str) -> None:
    said = call("judge", *words, place=stored.place)
    assert said.code == code
    assert says in said.err + said.out


def test_without_a_corpus_there_is_nothing_to_judge(tmp_path: Path) -> None:
    said = call("judge", "--rescore", CORPUS_URL=f"sqlite:///{tmp_path / 'none.db'}")
    assert said.code == 3
    assert "there is no corpus at" in said.error


# Judging anew -----------------------------------------------------------------------------------------------------


def test_a_lower_threshold_takes_near_misses_in_from_the_archive(stored: Stored, tmp_path: Path) -> None:
    """The newsroom is closed by now: nobody could be asked."""
    place = stored.copy(tmp_path)
    assert article_of(place, stored.near) is None
    said = call("judge", "--rescore", "--outlets", str(stored.toml), place=place, RELEVANCE_THRESHOLD="0.5")
    assert said.code == 0
    assert numbers(said) == {"judged": len(stored.kept), "below": 0, "taken in": 1, "due": 0, "rejected": 0}

    article = article_of(place, stored.near)
    assert article is not None
    assert (article.text, article.outlet) == (stored.near.text, stored.near.outlet)
    assert str(article.published_at)[:10] == str(stored.near.published)
    assert article.archive_ref
    assert url_of(place, stored.near) == ("fetched", article.id)


def test_what_was_taken_in_counts_as_kept_and_not_as_rejected(stored: Stored, tmp_path: Path) -> None:
    place = stored.copy(tmp_path)

    def counts() -> tuple[int, int]:
        db = Database.open(place.url, create=False)
        rows = coverage(db, [stored.near.outlet])
        db.close()
        return sum(row.kept for row in rows), sum(row.rejected for row in rows)

    kept, rejected = counts()
    call("judge", "--rescore", "--outlets", str(stored.toml), place=place, RELEVANCE_THRESHOLD="0.5")
    assert counts() == (kept + 1, rejected - 1)


def test_judging_again_changes_nothing(stored: Stored, tmp_path: Path) -> None:
    place = stored.copy(tmp_path)
    threshold = str(stored.threshold)
    said = call("judge", "--rescore", "--outlets", str(stored.toml), place=place, RELEVANCE_THRESHOLD=threshold)
    assert numbers(said) == {"judged": len(stored.kept), "below": 0, "taken in": 0, "due": 0, "rejected": 1}
    assert place.articles() == stored.place.articles()


def test_a_higher_threshold_counts_what_is_below_and_drops_nothing(stored: Stored, tmp_path: Path) -> None:
    place = stored.copy(tmp_path)
    said = call("judge", "--rescore", "--outlets", str(stored.toml), place=place, RELEVANCE_THRESHOLD="1")
    count = numbers(said)
    assert count["judged"] == len(stored.kept)
    assert count["below"] == sum((article.relevance or 0.0) < 1 for article in place.articles().values()) > 0
    assert place.articles().keys() == stored.place.articles().keys()


def test_without_the_archive_a_page_is_due_again(stored: Stored, tmp_path: Path) -> None:
    place = stored.copy(tmp_path)
    said = call("judge", "--rescore", place=place, RELEVANCE_THRESHOLD="0.5", ARCHIVE_DIR=str(tmp_path / "none"))
    assert numbers(said)["due"] == 1
    assert article_of(place, stored.near) is None
    assert url_of(place, stored.near) == ("discovered", None)


def test_other_seeds_change_the_nearest_one_and_the_texts_stay(stored: Stored, tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for story in stored.kept[:3]:
        (seeds / f"{story.slug}.txt").write_text(f"{story.title}\n\n{story.text}", encoding="utf-8")
    place = stored.copy(tmp_path)
    said = call("judge", "--rescore", "--seeds", str(seeds), place=place)
    assert said.code == 0
    for story in stored.kept[:3]:
        article, before = article_of(place, story), article_of(stored.place, story)
        assert article is not None
        assert before is not None
        assert article.nearest_seed == story.slug
        assert before.nearest_seed is not None
        assert before.nearest_seed.startswith("00")
        assert (article.text, article.revision, article.archive_ref) == (before.text, 1, before.archive_ref)


def test_a_near_miss_that_stays_one_has_its_new_score(stored: Stored, tmp_path: Path) -> None:
    place, seeds = stored.copy(tmp_path), tmp_path / "seeds"
    seeds.mkdir()
    text = f"{stored.near.title}\n\n{stored.near.text}"
    (seeds / "near.txt").write_text(text, encoding="utf-8")
    call("judge", "--rescore", "--seeds", str(seeds), place=place, RELEVANCE_THRESHOLD="1")

    def score(of: Place) -> float:
        db = Database.open(of.url, create=False)
        miss = Corpus(db).get_rejected(stored.near.url)
        db.close()
        assert miss is not None
        assert miss.score is not None
        return miss.score

    assert stored.threshold > score(stored.place)
    assert 1 > score(place) > score(stored.place)
