"""``scrapy judge``: decisions of people, and judging the corpus anew."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from crawler.cli import labelling
from crawler.cli.base import CorpusCommand, progress
from crawler.cli.printing import say
from crawler.crawl.configuration import archive_dir
from storage.errors import ConfigurationError

if TYPE_CHECKING:
    from crawler.relevance import Topic
    from storage.corpus import Corpus

MODEL = "topic-model.tsv"  # where a retrained model goes unless TOPIC_MODEL names another place


class Command(CorpusCommand):
    summary = "Accept or reject articles, retrain the topic by that, judge the whole corpus anew"
    arguments = "[URL|ID …]"
    description = (
        "With --accept or --reject record a decision on each article or near miss named. --retrain moves the topic's "
        f"model by all decisions so far and writes it to TOPIC_MODEL (default {MODEL}). --rescore judges every article "
        "and near miss with the threshold, seeds and model now set: near misses that pass become articles, read from "
        "the archive; articles below the threshold stay, an export leaves them out by their relevance. --queue lists "
        "the articles and near misses whose labels would teach most: near the threshold, and unlike each other."
    )
    example = "scrapy judge --rescore -s RELEVANCE_THRESHOLD=0.4"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--accept", action="store_true", help="these are conflict coverage")
        what.add_argument("--reject", action="store_true", help="these are not")
        parser.add_argument("--note", default="", help="why, kept with the decision")
        parser.add_argument("--queue", type=int, metavar="N", help="list the N whose labels would teach most")
        parser.add_argument("--retrain", action="store_true", help="learn from all decisions")
        parser.add_argument("--force", action="store_true", help="with --retrain: write a model that judges worse, too")
        parser.add_argument("--rescore", action="store_true", help="judge the whole corpus anew")
        parser.add_argument(
            "--recall", metavar="SHARE", help="with --rescore, --queue: the threshold that keeps this share of conflict"
        )
        parser.add_argument("--outlets", metavar="IDS|FILE", help="besides the registry, as of `scrapy crawl`")
        parser.add_argument("--seeds", metavar="DIR", help="judge by these example articles (default: seeds/)")
        parser.add_argument("--topic", choices=("conflict", "seeds"), default="conflict", help="as of `scrapy crawl`")
        labelling.add_options(parser)

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        if labelling.asked(opts):
            labelling.work(self.open_corpus(), opts)
            return None
        asked = opts.retrain or opts.rescore or opts.queue is not None
        if bool(args) != bool(opts.accept or opts.reject) or not (args or asked):
            raise UsageError("name what to --accept or --reject, or ask for --queue, --retrain or --rescore")
        if opts.recall is not None:
            self.project_settings.set("RELEVANCE_RECALL", opts.recall, priority="cmdline")
        corpus = self.open_corpus()
        try:
            unknown = [name for name in args if not (corpus.get(name) or corpus.get_rejected(name))]
            if unknown:
                raise ConfigurationError(f"{unknown[0]}: neither an article nor a near miss of the corpus")
            for name in args:
                with corpus.db.begin() as conn:
                    decision = corpus.decide(conn, name, bool(opts.accept), opts.note)
                say(f"{'accepted' if decision.accepted else 'rejected'}: {decision.url or decision.id}")
            model = self.project_settings.get("TOPIC_MODEL") or None
            if opts.retrain:
                model = self._retrain(corpus, model, force=opts.force)
            if opts.rescore:
                self._rescore(corpus, opts, model)
            if opts.queue is not None:
                self._queue(corpus, opts, model)
        finally:
            corpus.db.close()
        return None

    def _retrain(self, corpus: Corpus, given: str | None, *, force: bool) -> str:
        from crawler.processing import rescore
        from crawler.relevance.feedback import save

        path = Path(given or MODEL)
        learned = rescore.learn(corpus, path if path.is_file() else None)
        if not learned.decisions:
            raise ConfigurationError("nothing to learn from: record decisions with --accept and --reject first")
        print(
            f"{learned.decisions} decisions learned: the model agreed with {learned.agreed_before} of them before, "
            f"with {learned.agreed_after} now; with {learned.agreed_held_out} of them where each is judged by what the "
            f"others teach."
        )
        if learned.worse and not force:
            raise ConfigurationError(
                f"not written to {path}: decisions that it has not seen are judged worse than before; record more of "
                "them (--queue names those that teach most), or write it all the same with --force"
            )
        save(learned.model, path)
        print(f"Written to {path}; use it with -s TOPIC_MODEL={path}")
        for name, move in learned.moved[:10]:
            print(f"  {move:+.3f} {name}")
        return str(path)

    def _topic(self, opts: argparse.Namespace, model: str | None) -> Topic:
        from crawler.crawl.arguments import topic_choice

        return topic_choice(self.project_settings, opts.seeds, opts.topic, model).build()

    def _queue(self, corpus: Corpus, opts: argparse.Namespace, model: str | None) -> None:
        from crawler.processing import rescore

        chosen = rescore.to_decide(corpus, opts.queue, self._topic(opts, model).threshold)
        for each in chosen:
            say(f"{each.score:.3f} {each.id} {each.outlet or '?'}: {each.title or each.url}")
            say(f"      {each.url}")
        print(f"{len(chosen)} to decide on: scrapy judge --accept ID … or --reject ID …")

    def _rescore(self, corpus: Corpus, opts: argparse.Namespace, model: str | None) -> None:
        from crawler import outlets
        from crawler.processing import rescore

        settings = self.project_settings
        topic = self._topic(opts, model)
        known = outlets.load() + (outlets.load(opts.outlets) if opts.outlets else [])
        registry = {outlet.id: outlet for outlet in known}
        with progress("articles judged", corpus.counts()["articles"]) as report:
            done = rescore.rescore(corpus, topic, registry, archive_dir(settings), report)
        print(
            f"{done.judged} articles judged at threshold {topic.threshold:g}: {done.below} are below it now "
            f"(they stay; leave them out with `scrapy export --min-relevance {topic.threshold:g}`). Near misses: "
            f"{done.taken_in} became articles, {done.due_again} are due to be fetched again, "
            f"{done.still_rejected} stay rejected."
        )
