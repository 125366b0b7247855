"""Every figure of bench/RELEVANCE.md but the remarks on single mistakes.

    python bench/relevance.py ../shared/data/relevance_dev.jsonl --more ../shared/data/other_news.jsonl \
        --pages ../shared/data/pages > figures.md

Nothing is scored on what it was trained on: folds hold out whole sources, and calibration and threshold come from
out-of-fold scores. Needs scikit-learn and, for the time beside it, trafilatura.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import train_topic as train
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, f1_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold

from crawler.relevance import Topic, language
from crawler.relevance.features import features, hint_features
from crawler.relevance.gate import gate
from crawler.relevance.lexicon import guard_groups, shipped
from crawler.relevance.seeds import Likenesses, read_folder
from crawler.relevance.topic import HINT_SIMILARITY, SIMILARITY_WEIGHT

ROOT = Path(__file__).parents[1]
FLOOD = re.compile(r"\b(?:banjir\w*|rob|genangan)\b", re.IGNORECASE)
CONFLICT_GROUPS = tuple(g for g in shipped().groups if g not in guard_groups())


def say(text: str = "") -> None:
    print(text, flush=True)


def row(name: str, scores: np.ndarray, data: train.Data, hard: np.ndarray, *, at: float | None = None) -> None:
    """One line of a table: at the given threshold, or at the best one (which flatters)."""
    best_at = max(train.curve(scores, data.y), key=lambda point: point[1])[0] if at is None else at
    kept = scores >= best_at
    f1 = f1_score(data.y, kept)
    precision = data.y[kept].mean() if kept.any() else 0.0
    say(
        f"| {name} | {average_precision_score(data.y, scores):.3f} | {f1:.3f} | {precision:.3f} |"
        f" {kept[data.y].mean():.3f} | {kept[hard].mean():.3f} | {best_at:.2f} |"
    )


def scale(values: np.ndarray) -> np.ndarray:
    """Any score to 0–1 by rank, so that one grid of thresholds serves."""
    return np.argsort(np.argsort(values)) / max(1, len(values) - 1)


def judged(data: train.Data, logits: np.ndarray, cosines: np.ndarray, weight: float) -> np.ndarray:
    slope, shift = train.calibrate(logits, data.y)
    return train.logistic(slope * logits + shift + weight * cosines)


def baselines(data: train.Data, hard: np.ndarray, cosines: np.ndarray, likenesses: Likenesses) -> None:
    texts = [f"{r['title']}\n{r['text']}" for r in data.rows]
    row("seed cosine, words weighted by rarity", scale(cosines), data, hard)
    counts = np.array([sum(h.group in CONFLICT_GROUPS for h in d.hits) / max(len(d.words), 1) for d in data.documents])
    row("lexicon count per word", scale(counts), data, hard)
    tfidf = TfidfVectorizer(sublinear_tf=True, min_df=2)
    x = tfidf.fit_transform(texts)
    nearest = (x @ tfidf.transform([seed.text for seed in likenesses.seeds]).T).toarray().max(axis=1)
    row("TF-IDF, nearest seed", scale(nearest), data, hard)
    for name, folds in (
        (
            "TF-IDF + logistic regression, random folds",
            StratifiedKFold(5, shuffle=True, random_state=0).split(x, data.y),
        ),
        ("TF-IDF + logistic regression, sources held out", by_source(data)),
    ):
        scores = np.zeros(len(texts))
        for learn, test in folds:
            vectors = TfidfVectorizer(sublinear_tf=True, min_df=2)
            known = vectors.fit_transform([texts[i] for i in learn])
            model = LogisticRegression(C=10, class_weight="balanced", max_iter=1000).fit(known, data.y[learn])
            scores[test] = model.predict_proba(vectors.transform([texts[i] for i in test]))[:, 1]
        row(name, scores, data, hard)


def by_source(data: train.Data) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(np.flatnonzero(data.sources != s), np.flatnonzero(data.sources == s)) for s in np.unique(data.sources)]


def learning_curve(data: train.Data, hard: np.ndarray) -> None:
    for share in (0.125, 0.25, 0.5, 1.0):
        logits = np.zeros(len(data.y))
        used = []
        for learn, test in by_source(data):
            some = np.random.default_rng(1).permutation(learn)[: int(len(learn) * share)]
            used.append(len(some))
            model = train.fit(data, np.sort(some))
            logits[test] = [model.logit(features(data.documents[i], model.vocabulary)) for i in test]
        slope, shift = train.calibrate(logits, data.y)
        row(f"{int(np.mean(used))}", train.logistic(slope * logits + shift), data, hard)


def hints(data: train.Data, scores: np.ndarray, likenesses: Likenesses) -> None:
    """Rank correlation of the score of a title alone with the score of the article, both out of fold."""
    titled = np.array([i for i, r in enumerate(data.rows) if r["title"]])
    found = [hint_features(data.rows[i]["title"]) for i in titled]
    names = sorted({name for values in found for name in values})
    x = train.matrix(found, names)
    predicted = np.zeros(len(titled))
    for source in np.unique(data.sources[titled]):
        test = data.sources[titled] == source
        model = LogisticRegression(C=0.5, max_iter=1000).fit(x[~test], data.y[titled][~test])
        predicted[test] = model.decision_function(x[test])
    predicted += [
        HINT_SIMILARITY * sum(likenesses.words.get(w, 0.0) for w in set(data.rows[i]["title"].lower().split()))
        for i in titled
    ]
    ranks = [np.argsort(np.argsort(values)) for values in (predicted, scores[titled])]
    auc = roc_auc_score(data.y[titled], predicted)
    say(
        f"- {len(titled)} titles: Spearman {np.corrcoef(*ranks)[0, 1]:.3f};"
        f" against the labels, area under ROC {auc:.3f}"
    )


def gates(data: train.Data, pages: Path) -> None:
    """Rows put into real page shells (the page's own paragraphs replaced); what the gate turns away and how fast."""
    shells = [gzip.decompress(path.read_bytes()) for path in sorted(pages.glob("*.html.gz"))]
    stripped = [re.sub(rb"(?s)<p[ >].*?</p>", b"", shell) for shell in shells]
    lost: dict[str, Counter[str]] = {"plain": Counter(), "conflict_words": Counter()}
    total: Counter[str] = Counter()
    start, size, runs = time.process_time(), 0, 0
    for i, r in enumerate(data.rows):
        shell = stripped[i % len(shells)]
        paragraphs = "".join(f"<p>{p}</p>" for p in r["text"].split("\n") if p.strip())
        body = shell.replace(b"</body>", f"<h1>{r['title']}</h1>{paragraphs}</body>".encode(), 1)
        total[r["label"]] += 1
        size, runs = size + len(body), runs + 1
        for name, flag in (("plain", False), ("conflict_words", True)):
            lost[name][r["label"]] += gate(body, "https://example.com/", "text/html", conflict_words=flag) is not None
    each = (time.process_time() - start) / runs / 2 * 1e3
    for name, counts in lost.items():
        say(f"- {name}: turned away " + ", ".join(f"{label} {counts[label]}/{total[label]}" for label in sorted(total)))
    say(f"- {each:.2f} ms a page of {size // runs // 1000} kB on average")


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


def speed(path: Path, pages: Path) -> None:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    topic = Topic.from_seeds(ROOT / "seeds")
    for r in rows[:50]:
        topic.judge(r["title"], r["text"])

    def timed(what: Any, times: int = 3) -> float:
        best = float("inf")
        for _ in range(times):
            start = time.process_time()
            for r in rows:
                what(r)
            best = min(best, (time.process_time() - start) / len(rows) * 1e3)
        return best

    whole = timed(lambda r: topic.judge(r["title"], r["text"]))
    alone = timed(lambda r: language.identify(r["title"], r["text"]))
    hint = timed(lambda r: topic.predict(r["title"] or "serangan-udara-tewaskan-warga"))
    start = time.perf_counter()
    Topic.from_seeds(ROOT / "seeds")
    again = time.perf_counter() - start
    say(f"- judge {whole:.2f} ms an article, of which language {alone:.2f}, topic {whole - alone:.2f}")
    say(f"- predict {hint * 1000:.0f} µs a title; a topic from its folder {again * 1000:.0f} ms")
    run = [sys.executable, "-c", MEMORY, str(path.resolve())]
    grown = subprocess.run(run, capture_output=True, text=True, check=True, cwd=ROOT)
    say(f"- memory of a fresh process: {grown.stdout.strip()}")
    import trafilatura

    bodies = [gzip.decompress(path.read_bytes()) for path in sorted(pages.glob("*.html.gz"))]
    start = time.process_time()
    for body in bodies:
        trafilatura.extract(body, deduplicate=False)
    say(
        f"- trafilatura beside it: {(time.process_time() - start) / len(bodies) * 1e3:.0f} ms a page"
        f" ({len(bodies)} pages)"
    )


def floods(paths: list[Path]) -> None:
    """Mode "seeds" with three own articles on floods, over all rows; a flood is what says so four times."""
    from tests.relevance.test_topic import FLOODS

    rows = [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        for name, text in FLOODS.items():
            Path(folder, f"{name}.txt").write_text(text, encoding="utf-8")
        topic = Topic.from_seeds(folder, mode="seeds")
    found = [topic.judge(r["title"], r["text"]) for r in rows]
    scores = np.array([j.score for j in found])
    kept = np.array([j.kept for j in found])
    wet = np.array([len(FLOOD.findall(f"{r['title']} {r['title']} {r['text']}")) >= 4 for r in rows])
    war = np.array([r.get("label") == "conflict" for r in rows])
    say(
        f"- {len(rows)} articles, {wet.sum()} of floods: kept {kept[wet].sum()} of them, {kept[~wet].sum()} others,"
        f" {kept[war].sum()} of {war.sum()} on armed conflict;"
        f" average precision {average_precision_score(wet, scores):.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--more", type=Path)
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--worst", type=int, default=20)
    args = parser.parse_args()
    say("## Speed and memory\n")
    speed(args.rows, args.pages)
    data = train.load_data(args.rows, args.more)
    hard = np.array([r["label"] == "hard_negative" for r in data.rows])
    likenesses = Likenesses(read_folder(ROOT / "seeds"))
    cosines = np.array([likenesses.of(document.words).cosine for document in data.documents])
    say("\n## Gate\n")
    gates(data, args.pages)

    logits = train.out_of_fold(data)
    slope, shift = train.calibrate(logits, data.y)
    plain = train.logistic(slope * logits + shift)
    scores = judged(data, logits, cosines, SIMILARITY_WEIGHT)
    threshold, _ = train.choose(scores, data.y, hard)
    say("\n## Cross-validated, whole sources held out\n")
    columns = "average precision | F1 | precision | recall | hard negatives kept | threshold"
    header = "| {} | " + columns + " |\n|---|---|---|---|---|---|---|"
    say(header.format("judge"))
    row("at the shipped threshold", scores, data, hard, at=threshold)
    for source, count in Counter(data.sources).most_common():
        here = data.sources == source
        kept = scores[here] >= threshold
        say(
            f"  - {source.split('/')[1]}: {count} articles, wrong {int((kept != data.y[here]).sum())}"
            f" (conflict missed {int((~kept & data.y[here]).sum())} of {int(data.y[here].sum())})"
        )
    say(f"\nBrier score {brier_score_loss(data.y, scores):.4f}. Reliability (scores → share that is conflict):")
    for low, high in ((0, 0.1), (0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01)):
        inside = (scores >= low) & (scores < high)
        say(f"  - {low:.1f}–{min(high, 1):.1f}: {data.y[inside].mean() if inside.any() else 0:.2f} of {inside.sum()}")
    say("\n## Threshold\n\n| threshold | precision | recall | F1 | hard negatives kept |\n|---|---|---|---|---|")
    for t in np.arange(0.1, 0.96, 0.05):
        kept = scores >= t
        f1, recall = f1_score(data.y, kept), kept[data.y].mean()
        say(f"| {t:.2f} | {data.y[kept].mean():.3f} | {recall:.3f} | {f1:.3f} | {kept[hard].mean():.3f} |")
    say("\n## Parts taken out (thresholds at their best)\n")
    say(header.format("without"))
    row("nothing", scores, data, hard)
    row("similarity", plain, data, hard)
    for name, drop in (
        ("words and phrases", ("word:",)),
        ("the lexicon of conflict", tuple(f"{p}:{g}" for p in ("head", "all") for g in CONFLICT_GROUPS)),
        ("guards", tuple(f"{p}:{g}" for p in ("head", "all") for g in guard_groups())),
        ("title and lead apart", ("head:",)),
        ("places and powers", tuple(f"{p}:{g}" for p in ("head", "all") for g in train.PLACES)),
    ):
        row(name, judged(data, train.out_of_fold(data, drop=drop), cosines, SIMILARITY_WEIGHT), data, hard)
    for name, weight in (("copies without places in training", 0.0), ("nothing (copies as shipped)", train.MASKED)):
        train.MASKED, kept_weight = weight, train.MASKED
        known, unknown = train.out_of_fold(data), train.out_of_fold(data, mask=True)
        a, b = train.calibrate(known, data.y)
        row(
            f"{name}; articles judged with all places unknown",
            train.logistic(a * unknown + b),
            data,
            hard,
            at=threshold,
        )
        train.MASKED = kept_weight
    say("\n## Baselines in the same run (thresholds at their best)\n")
    say(header.format("baseline"))
    baselines(data, hard, cosines, likenesses)
    say("\n## Learning curve (labelled articles trained on)\n")
    say(header.format("articles"))
    learning_curve(data, hard)
    say("\n## Before fetching\n")
    hints(data, scores, likenesses)
    say("\n## Another topic: floods\n")
    floods([args.rows, args.more] if args.more else [args.rows])
    say("\n## Worst mistakes\n")
    wrong = sorted(range(len(scores)), key=lambda i: -abs(scores[i] - data.y[i]))
    for i in wrong[: args.worst]:
        groups = Counter(hit.group for hit in data.documents[i].hits).most_common(5)
        r = data.rows[i]
        say(f"- {r['id']} {r['label']}{' (doubt)' if r['doubt'] else ''} {scores[i]:.2f} {dict(groups)}")


if __name__ == "__main__":
    sys.exit(main())
