"""Every figure of bench/RELEVANCE.md but the remarks.

    python -m bench.relevance ../shared/data/relevance_dev.jsonl --more ../shared/data/other_news.jsonl \
        --pages ../shared/data/pages > figures.md

Nothing is scored on what it was trained on: folds hold out whole sources and whole kinds, and calibration and threshold
come from out-of-fold scores. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import gzip
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, f1_score, roc_auc_score

from bench import train_topic as train
from bench.topic_rows import LABELS, ROOT, WARS, held_out, read_jsonl, wars, wars_raw
from crawler.relevance import Topic, language
from crawler.relevance import features as reading
from crawler.relevance.feedback import Decision, retrain
from crawler.relevance.gate import gate
from crawler.relevance.lexicon import guard_groups, kinds, name_groups, shipped
from crawler.relevance.model import Model, load
from crawler.relevance.queue import Candidate, queue
from crawler.relevance.seeds import Likenesses, read_folder
from crawler.relevance.topic import SIMILARITY_WEIGHT
from crawler.relevance.words import tokens

SEEDS = ROOT / "seeds"
CONFLICT_GROUPS = tuple(group for group in shipped().groups if group not in guard_groups())
COLUMNS = "articles | average precision | F1 | precision | recall | hard negatives kept"
HEADER = "| {} | " + COLUMNS + " |\n|---|---|---|---|---|---|---|"
DECISIONS = (0, 25, 50, 100, 200)
# Three topics a user may bring: what an article on it says at least so often, and where the seeds come from.
TOPICS = {
    "earthquakes": (re.compile(r"\b(?:gempa\w*|magnitudo|episentrum)\b", re.IGNORECASE), 3),
    "Papua": (re.compile(r"\b(?:papua|jayapura|wamena|manokwari|merauke|nabire)\b", re.IGNORECASE), 3),
    "football": (
        re.compile(r"\b(?:gol|kiper|striker|gelandang|timnas|sepak ?bola|liga|gawang|pelatih)\b", re.IGNORECASE),
        6,
    ),
}


def say(text: str = "") -> None:
    print(text, flush=True)


class Figures:
    """Rows with what was found out of fold."""

    def __init__(self, table: train.Table) -> None:
        self.rows = table.rows
        self.y = np.array([row.conflict for row in self.rows])
        self.real = np.array([not row.kind for row in self.rows])
        self.hard = np.array([row.label == "hard_negative" for row in self.rows])
        self.aside = np.array([bool(row.kind) and held_out(row.kind) for row in self.rows])
        self.extra = np.array([SIMILARITY_WEIGHT * row.cosine for row in self.rows])
        self.doubtful = np.zeros(len(self.rows), dtype=bool)  # whoever labelled them was not sure

    def line(self, name: str, scores: np.ndarray, part: np.ndarray, threshold: float) -> None:
        """One line of a table."""
        part = part & ~np.isnan(scores)
        y, kept = self.y[part], scores[part] >= threshold
        say(
            f"| {name} | {part.sum()} | {average_precision_score(y, scores[part]):.3f} | {f1_score(y, kept):.3f} |"
            f" {y[kept].mean() if kept.any() else 0:.3f} | {kept[y].mean():.3f} | {kept[self.hard[part]].mean():.3f} |"
        )


def best(y: np.ndarray, scores: np.ndarray) -> float:
    """The threshold with the best F1: flatters."""
    return float(max(np.unique(np.round(scores, 2)), key=lambda each: f1_score(y, scores >= each)))


def main_figures(figures: Figures, logits: dict[str, np.ndarray]) -> None:
    rows, y, real = figures.rows, figures.y, figures.real
    scores = train.probabilities(rows, logits["whole"])
    threshold = train.choose(rows, scores)
    slope, shift = train.platt(logits["whole"], y, figures.extra)
    by_copy = {name: train.logistic(slope * each + shift + figures.extra) for name, each in logits.items()}
    say(f"## Out of fold, threshold {threshold:.2f}\n")
    say(HEADER.format("articles"))
    sure = real & ~figures.doubtful
    parts = {"real": real, "real, their labels in no doubt": sure, "our own": ~real}
    for name, part in (parts | {"of these kinds never looked at": figures.aside}).items():
        figures.line(f"{name}, whole", scores, part, threshold)
    for copy in ("masked", "60", "60masked", "30", "30masked", "title", "titlemasked"):
        told = "title alone" if copy.startswith("title") else f"first {copy[:2]} words" if copy[0] in "36" else "whole"
        told += ", names masked" if copy.endswith("masked") else ""
        for name, part in (("real", real), ("our own", ~real)):
            figures.line(f"{name}, {told}", by_copy[copy], part, threshold)
    say("\nBy source:\n")
    for source, count in Counter(row.source for row in rows if not row.kind).most_common():
        here = np.array([row.source == source for row in rows])
        kept = scores[here] >= threshold
        say(
            f"- {source.split('/')[-1]}: {count} articles, wrong {(kept != y[here]).sum()}"
            f" (conflict missed {(~kept & y[here]).sum()} of {y[here].sum()})"
        )
    say("\nBy kind (our own, whole kinds held out), those with a mistake:\n")
    for kind, count in sorted(Counter((row.kind, row.label) for row in rows if row.kind).items()):
        here = np.array([(row.kind, row.label) == kind for row in rows])
        wrong = (scores[here] >= threshold) != y[here]
        if wrong.any():
            say(f"- {kind[0]} ({kind[1]}): {wrong.sum()} of {count} wrong")
    say("\nReliability (score → share that is conflict, out of fold):\n")
    say("| score | real: articles | share | our own: articles | share |\n|---|---|---|---|---|")
    for low in np.arange(0, 1, 0.1):
        cells = []
        for part in (real, ~real):
            inside = part & (scores >= low) & (scores < low + 0.1 + (low > 0.85))
            cells.append(f"{inside.sum()} | {y[inside].mean() if inside.any() else 0:.2f}")
        say(f"| {low:.1f}–{low + 0.1:.1f} | {' | '.join(cells)} |")
    errors = [train.calibration_error(scores[part], y[part]) for part in (real, ~real)]
    say(
        f"\nExpected calibration error {errors[0]:.3f} (real), {errors[1]:.3f} (our own);"
        f" Brier score {brier_score_loss(y[real], scores[real]):.4f}, {brier_score_loss(y[~real], scores[~real]):.4f}"
    )
    say("\n## Threshold\n\n| threshold | real: precision | recall | F1 | our own: precision | recall | F1 |")
    say("|---|---|---|---|---|---|---|")
    for each in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        cells = []
        for part in (real, ~real):
            kept = scores[part] >= each
            cells.append(f"{y[part][kept].mean():.3f} | {kept[y[part]].mean():.3f} | {f1_score(y[part], kept):.3f}")
        say(f"| {each} | {' | '.join(cells)} |")
    say(f"\nRecall → threshold (the model's head): {train.recall_table(rows, scores)}")


def unseen() -> None:
    """The articles nothing is tuned on, by the shipped model."""
    rows = [row for path in sorted((WARS / "unseen").glob("*.jsonl")) for row in read_jsonl(path)]
    topic = Topic.from_seeds(SEEDS)
    judged = [topic.judge(row["title"], row["text"]) for row in rows]
    y = np.array([row["label"] == "conflict" for row in rows])
    scores, kept = np.array([each.score for each in judged]), np.array([each.kept for each in judged])
    say(
        f"- {len(rows)} articles: average precision {average_precision_score(y, scores):.3f}, precision"
        f" {y[kept].mean():.3f}, recall {kept[y].mean():.3f}, hard negatives kept {kept[~y].sum()} of {(~y).sum()}"
    )


def ablations(table: train.Table, figures: Figures) -> None:
    say("\n## Parts taken out (trained anew without; each at the threshold best on real articles, which flatters)\n")
    say("| without | real: AP | F1 | our own: AP | F1 | our own masked: AP | F1 |\n|---|---|---|---|---|---|---|")

    def told(name: str, logits: dict[str, np.ndarray], extra: np.ndarray) -> None:
        y, cells = figures.y, []
        slope, shift = train.platt(logits["whole"], y, extra)
        found = {copy: train.logistic(slope * each + shift + extra) for copy, each in logits.items()}
        at = best(y[figures.real], found["whole"][figures.real])
        for copy, part in (("whole", figures.real), ("whole", ~figures.real), ("masked", ~figures.real)):
            each = found[copy][part]
            cells.append(f"{average_precision_score(y[part], each):.3f} | {f1_score(y[part], each >= at):.3f}")
        say(f"| {name} | {' | '.join(cells)} |")

    def groups(*names: str) -> tuple[str, ...]:
        return tuple(f"{place}:{group}" for place in ("head", "all") for group in names)

    whole = train.out_of_fold(table)
    told("nothing", whole, figures.extra)
    told("seeds (likeness)", whole, 0 * figures.extra)
    acts = [group for group, kind in kinds().items() if kind.role == "act"]
    actors = [group for group, kind in kinds().items() if kind.role == "actor" and not kind.names]
    for name, drop in (
        ("names of places and parties", groups(*name_groups())),
        ("acts", (*groups(*acts), "pair:act")),
        ("actors", (*groups(*actors), "pair:actor")),
        ("the lexicon of conflict", (*groups(*CONFLICT_GROUPS), "pair:", "sum:")),
        ("guards", groups(*guard_groups())),
        ("pairs and sums", ("pair:", "sum:")),
        ("common words", ("word:",)),
        ("title and lead apart", ("head:",)),
        ("weights of their own for unnamed and short texts", ("unnamed:", "short:")),
    ):
        told(name, train.out_of_fold(table, drop=drop), figures.extra)
    for name, copies in (
        ("masked copies in training", [copy for copy in train.WEIGHTS if "masked" not in copy]),
        ("short copies in training", ["whole", "masked"]),
    ):
        weights = {copy: weight if copy in copies else 0.0 for copy, weight in train.WEIGHTS.items()}
        told(name, train.out_of_fold(table, weights=weights), figures.extra)


def baselines(raw: list[dict[str, Any]], figures: Figures) -> None:
    """Other judges of the same rows (texts needed), each at its best threshold on the real ones."""
    say("\n## Baselines in the same run (thresholds at their best on real articles)\n")
    say(HEADER.format("baseline, articles"))
    texts, y = [f"{row['title']}\n{row['text']}" for row in raw], figures.y
    likenesses = Likenesses(read_folder(SEEDS))
    counts = []
    for row in raw:
        words = tokens(f"{row['title']} {row['text']}")
        document = reading.read(row["title"] or "", row["text"])
        counts.append(sum(hit.group in CONFLICT_GROUPS for hit in document.hits) / max(len(words), 1))
    tfidf = TfidfVectorizer(sublinear_tf=True, min_df=2).fit(texts)
    nearest = (
        (tfidf.transform(texts) @ tfidf.transform([seed.text for seed in likenesses.seeds]).T).toarray().max(axis=1)
    )
    learned = np.zeros(len(texts))
    for learn, test in train.folds(figures.rows):
        vectors = TfidfVectorizer(sublinear_tf=True, min_df=2)
        known = vectors.fit_transform([texts[i] for i in learn])
        model = LogisticRegression(C=10, class_weight="balanced", max_iter=1000).fit(known, y[learn])
        learned[test] = model.predict_proba(vectors.transform([texts[i] for i in test]))[:, 1]
    for name, values in (
        ("likeness to the nearest seed", figures.extra / SIMILARITY_WEIGHT),
        ("lexicon count per word", np.array(counts)),
        ("TF-IDF, nearest seed", nearest),
        ("TF-IDF + logistic regression, sources and kinds held out", learned),
    ):
        scores = np.argsort(np.argsort(values)) / (len(values) - 1)
        at = best(y[figures.real], scores[figures.real])
        for part_name, part in (("real", figures.real), ("our own", ~figures.real)):
            figures.line(f"{name}, {part_name}", scores, part, at)


def decisions(raw: list[dict[str, Any]], table: train.Table) -> None:
    """F1 on articles of outlets after so many decisions, when a model of our own articles alone begins."""
    real = [i for i, row in enumerate(table.rows) if not row.kind]
    ours = np.array([i for i, row in enumerate(table.rows) if row.kind])
    pool, test = real[::2], real[1::2]
    fitted, _ = table.fit(ours)
    weights = {name: float(weight) for name, weight in zip(table.names, fitted.coef_[0], strict=True) if weight}
    shipped_model = load()
    begin = Model(weights, shipped_model.vocabulary, float(fitted.intercept_[0]), shipped_model.threshold)

    def f1(model: Model) -> float:
        topic = Topic(read_folder(SEEDS), model)
        kept = [topic.judge(raw[i]["title"] or "", raw[i]["text"]).score >= model.threshold for i in test]
        return float(f1_score([table.rows[i].conflict for i in test], kept))

    def learn(chosen: list[int]) -> Model:
        return retrain(
            (Decision(raw[i]["title"] or "", raw[i]["text"], table.rows[i].conflict) for i in chosen), begin
        ).model

    say(
        f"\n## Decisions\n\nF1 on {len(test)} others:\n\n"
        "| decisions | queued | taken at random (mean of 2) |\n|---|---|---|"
    )
    chosen: list[int] = []
    for count in DECISIONS:
        model = learn(chosen) if chosen else begin
        topic = Topic(read_folder(SEEDS), model)
        while len(chosen) < count:
            rest = [i for i in pool if i not in chosen]
            asked = (
                Candidate(
                    str(i),
                    raw[i]["title"] or "",
                    raw[i]["text"],
                    topic.judge(raw[i]["title"] or "", raw[i]["text"]).score,
                )
                for i in rest
            )
            chosen += [int(each.id) for each in queue(asked, min(25, count - len(chosen)), model.threshold)]
            model = learn(chosen)
            topic = Topic(read_folder(SEEDS), model)
        random = [learn([int(i) for i in np.random.default_rng(run).permutation(pool)[:count]]) for run in range(2)]
        say(f"| {count} | {f1(model):.3f} | {np.mean([f1(each) for each in random]) if count else f1(begin):.3f} |")


def topics(paths: list[Path]) -> None:
    """Mode "seeds": articles on a topic as seeds, all others judged; about it is what says so.

    Of earthquakes there are few: our own articles are the seeds there.
    """
    rows = [row for path in paths for row in read_jsonl(path)]
    ours = [row for row in wars_raw() if row["kind"] == "earthquake"]
    say("\n## Topics of a user's own (mode seeds)\n")
    say("| topic | others on it | seeds | precision | recall | average precision |\n|---|---|---|---|---|---|")
    for name, (words, least) in TOPICS.items():
        about = [len(words.findall(f"{r['title']} {r['title']} {r['text']}")) >= least for r in rows]
        mine = [i for i, each in enumerate(about) if each]
        for count in (1, 3, 5, 10):
            own = name == "earthquakes"
            if count > len(ours if own else mine[:-5]):
                continue
            seeds = set() if own else set(mine[:: len(mine) // count][:count])
            with tempfile.TemporaryDirectory() as folder:
                for i, seed in enumerate(ours[:count] if own else [rows[i] for i in sorted(seeds)]):
                    Path(folder, f"{i}.txt").write_text(f"{seed['title']}\n{seed['text']}", encoding="utf-8")
                topic = Topic.from_seeds(folder, mode="seeds")
            rest = [i for i in range(len(rows)) if i not in seeds]
            likeness = [topic.judge(rows[i]["title"] or "", rows[i]["text"]) for i in rest]
            y, kept = np.array([about[i] for i in rest]), np.array([each.kept for each in likeness])
            scores = np.array([each.score for each in likeness])
            say(
                f"| {name} | {y.sum()} | {count} | {y[kept].mean() if kept.any() else 0:.2f} | {kept[y].mean():.2f} |"
                f" {average_precision_score(y, scores):.2f} |"
            )


def same_war(raw: list[dict[str, Any]]) -> None:
    """With the shipped seeds (Karabakh), is the same war ordered before others?"""
    topic = Topic.from_seeds(SEEDS)
    wars_ = [row for row in raw if row["label"] == "conflict"]
    same = [bool(re.search(r"arabakh|arabagh|zerbaijan", f"{r['title']} {r['text']}")) for r in wars_]
    judged = [topic.judge(row["title"] or "", row["text"]) for row in wars_]
    for name, values in (
        ("similarity", [each.parts["similarity"] for each in judged]),
        ("score", [each.score for each in judged]),
        ("title before fetching", [topic.predict(row["title"] or "-") for row in wars_]),
    ):
        say(
            f"- {name}: area under ROC {roc_auc_score(same, values):.3f} ({sum(same)} of {len(same)} on the seeds' war)"
        )


def gates(raw: list[dict[str, Any]], pages: Path) -> None:
    """Rows put into real page shells, for the page's own paragraphs: what the gate loses of what the judge keeps."""
    shells = [gzip.decompress(path.read_bytes()) for path in sorted(pages.glob("*.html.gz"))]
    stripped = [re.sub(rb"(?s)<p[ >].*?</p>", b"", shell) for shell in shells]
    topic = Topic.from_seeds(SEEDS)
    kept = [row for row in raw if row["text"] and topic.judge(row["title"] or "", row["text"]).kept]
    for name, part in (("real", [r for r in kept if "kind" not in r]), ("our own", [r for r in kept if "kind" in r])):
        bodies = []
        for i, row in enumerate(part):
            paragraphs = "".join(f"<p>{each}</p>" for each in row["text"].split("\n") if each.strip())
            title = f"<h1>{row['title']}</h1>{paragraphs}</body>".encode()
            bodies.append(stripped[i % len(stripped)].replace(b"</body>", title, 1))
        start = time.process_time()
        lost = sum(gate(body, "https://example.com/", "text/html") is not None for body in bodies)
        each = (time.process_time() - start) / len(bodies) * 1e3
        words = sum(gate(body, "https://example.com/", "text/html", conflict_words=True) is not None for body in bodies)
        say(
            f"- {name}: of {len(part)} kept articles the gate loses {lost}, and {words} where it asks for a word of"
            f" conflict; {each:.2f} ms a page of {sum(map(len, bodies)) // len(bodies) // 1000} kB"
        )


MEMORY = """
import json, sys
from pathlib import Path

def resident():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6

rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
before = resident()
from crawler.relevance import Topic
topic = Topic.from_seeds("seeds")
loaded = resident()
for row in rows:
    topic.judge(row["title"], row["text"])
print(f"{loaded - before:.0f} MB for code and data, {resident() - before:.0f} MB after {len(rows)} articles")
"""


def speed(path: Path) -> None:
    rows = read_jsonl(path)
    topic = Topic.from_seeds(SEEDS)
    for row in rows[:50]:
        topic.judge(row["title"], row["text"])

    def timed(what: Callable[[dict[str, Any]], object], times: int = 3) -> float:
        best_time = float("inf")
        for _ in range(times):
            start = time.process_time()
            for row in rows:
                what(row)
            best_time = min(best_time, (time.process_time() - start) / len(rows) * 1e3)
        return best_time

    whole = timed(lambda row: topic.judge(row["title"], row["text"]))
    alone = timed(lambda row: language.identify(row["title"], row["text"]))
    hint = timed(lambda row: topic.predict(row["title"] or "serangan-udara-tewaskan-warga"))
    start = time.process_time()
    Topic.from_seeds(SEEDS)
    again = time.process_time() - start
    huge = f"{rows[0]['text']}\n\n" * (6_000_000 // len(rows[0]["text"]))
    start = time.process_time()
    topic.judge("", huge)
    enormous = time.process_time() - start
    say(f"- judge {whole:.2f} ms an article, of which language {alone:.2f}, topic {whole - alone:.2f}")
    say(f"- a text of 6 MB {enormous * 1e3:.0f} ms; predict {hint * 1e3:.0f} µs a title; a topic {again * 1e3:.0f} ms")
    run = [sys.executable, "-c", MEMORY, str(path.resolve())]
    grown = subprocess.run(run, capture_output=True, text=True, check=True, cwd=ROOT)
    say(f"- memory of a fresh process: {grown.stdout.strip()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--more", type=Path)
    parser.add_argument("--pages", type=Path, required=True)
    args = parser.parse_args()
    say("## Speed and memory (processor time)\n")
    speed(args.rows)
    labelled, more, vocabulary = train.load_data()
    table = train.Table([row for row in labelled + wars(vocabulary) if row.label in LABELS], more)
    texts = {row["id"]: row for row in (*read_jsonl(args.rows), *wars_raw())}
    raw = [texts[row.id] for row in table.rows]
    say("\n## Gate\n")
    gates(raw, args.pages)
    figures = Figures(table)
    figures.doubtful = np.array([bool(row.get("doubt")) for row in raw])
    say()
    logits = train.out_of_fold(table)
    main_figures(figures, logits)
    say("\n## Articles nothing was tuned on\n")
    unseen()
    ablations(table, figures)
    baselines(raw, figures)
    decisions(raw, table)
    topics([args.rows, args.more] if args.more else [args.rows])
    say("\n## The same war first\n")
    same_war(raw)


if __name__ == "__main__":
    main()
