"""The labelled set of wars and look-alikes: well formed, varied, and nothing written twice."""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from crawler.relevance.language import identify

SAMPLE = Path(__file__).parent / "data" / "wars.jsonl"
WHOLE = Path(__file__).parents[2] / "bench" / "data" / "wars"

UNSEEN = WHOLE / "unseen"

FIELDS = ["id", "kind", "region", "label", "setting", "style", "length", "title", "text", "note"]
LABELS = {"conflict", "hard_negative", "borderline", "not_conflict"}
STYLES = {
    "agency",
    "analysis",
    "blog",
    "diplomacy",
    "humanitarian",
    "live snippet",
    "machine-translated",
    "press release",
    "quote-led",
}


def read(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def rows():
    return [row for path in sorted(WHOLE.glob("*.jsonl")) for row in read(path)]


@pytest.fixture(scope="module")
def by_label(rows):
    groups = defaultdict(list)
    for row in rows:
        groups[row["label"]].append(row)
    return groups


def shingles(row, words=5):
    found = re.findall(r"\w+", f"{row['title']} {row['text']}".lower())
    return {tuple(found[start : start + words]) for start in range(len(found) - words + 1)}


def length_class(text):
    words = len(text.split())
    return "title" if not words else "short" if words < 60 else "medium" if words <= 100 else "long"


def test_every_row_has_the_same_fields_with_known_values(rows):
    for row in rows:
        assert list(row) == FIELDS, row["id"]
        assert all(isinstance(value, str) for value in row.values()), row["id"]
        assert all(row[field] for field in FIELDS if field not in {"text", "note"}), row["id"]
        assert row["label"] in LABELS, row["id"]
        assert row["style"] in STYLES, row["id"]
        assert row["setting"] in {"real", "invented"}, row["id"]
        assert row["length"] == length_class(row["text"]), row["id"]
        assert all(row[field] == row[field].strip() for field in FIELDS), row["id"]


def test_a_row_is_found_by_its_id_and_stands_in_the_file_of_its_label():
    seen = Counter()
    for path in WHOLE.glob("*.jsonl"):
        assert path.stat().st_size < 300_000
        for row in read(path):
            seen[row["id"]] += 1
            name = f"conflict_{row['setting']}" if row["label"] == "conflict" else row["label"]
            assert path.stem == name, row["id"]
    assert [each for each, times in seen.items() if times > 1] == []


def test_what_nothing_is_tuned_on_is_well_formed_and_stands_apart(rows):
    known = {row["title"].lower() for row in rows} | {row["id"] for row in rows}
    unseen = {path.stem: read(path) for path in UNSEEN.glob("*.jsonl")}
    assert {label: len(group) for label, group in unseen.items()} == {"conflict": 30, "hard_negative": 30}
    for label, group in unseen.items():
        for row in group:
            assert list(row) == FIELDS, row["id"]
            assert (row["label"], row["length"]) == (label, length_class(row["text"])), row["id"]
            assert not {row["title"].lower(), row["id"]} & known, row["id"]


def test_labels_kinds_and_regions_are_many(rows, by_label):
    kinds = {label: {row["kind"] for row in group} for label, group in by_label.items()}
    regions = {label: {row["region"] for row in group} for label, group in by_label.items()}
    assert len(rows) >= 640
    assert len(by_label["conflict"]) >= 330
    assert len(kinds["conflict"]) >= 28
    assert len(regions["conflict"]) >= 30
    assert len(by_label["hard_negative"]) >= 270
    assert len(kinds["hard_negative"]) >= 24
    assert len(by_label["borderline"]) >= 60
    assert len(by_label["not_conflict"]) >= 60
    # no single kind carries the label
    assert max(Counter(row["kind"] for row in by_label["conflict"]).values()) <= 0.1 * len(by_label["conflict"])


def test_styles_and_lengths_are_mixed_in_both_classes(by_label):
    for label, styles in {"conflict": STYLES, "hard_negative": STYLES - {"humanitarian", "diplomacy"}}.items():
        assert {row["style"] for row in by_label[label]} == styles
        lengths = Counter(row["length"] for row in by_label[label])
        assert min(lengths[each] for each in ("title", "short", "medium", "long")) >= 4
    # the length alone tells nothing
    words = {label: [len(row["text"].split()) for row in by_label[label]] for label in ("conflict", "hard_negative")}
    mean = {label: sum(counts) / len(counts) for label, counts in words.items()}
    assert 0.7 < mean["hard_negative"] / mean["conflict"] < 1.4


def test_names_decide_nothing(by_label):
    conflict = by_label["conflict"]
    peace = by_label["hard_negative"] + by_label["not_conflict"]
    # places never heard of: half of the wars nearly, and a good share of peace
    assert sum(row["setting"] == "invented" for row in conflict) >= 0.4 * len(conflict)
    assert sum(row["setting"] == "invented" for row in peace) >= 30
    # no war stands in the same invented place as another
    places = Counter(row["region"] for row in conflict if row["setting"] == "invented")
    assert [place for place, times in places.items() if times > 1] == []
    # places at war are named in peace as well
    at_war = {part.strip() for row in conflict if row["setting"] == "real" for part in re.split("[,–]", row["region"])}
    told = " ".join(f"{row['region']} {row['title']} {row['text']}" for row in peace)
    assert sum(bool(re.search(rf"\b{re.escape(place)}\b", told)) for place in at_war) >= 40


def test_a_doubt_is_explained(by_label):
    assert [row["id"] for row in by_label["borderline"] if not row["note"]] == []


def test_no_text_is_written_twice_and_none_fills_a_template(rows):
    titles = Counter(row["title"].lower() for row in rows)
    assert [title for title, times in titles.items() if times > 1] == []
    holders = defaultdict(set)
    sizes = {}
    for row in rows:
        own = shingles(row)
        sizes[row["id"]] = len(own)
        for shingle in own:
            holders[shingle].add(row["id"])
    shared = Counter()
    for ids in holders.values():
        assert len(ids) <= 3  # a turn of phrase that returns again and again would be a slot
        shared.update((one, other) for one in ids for other in ids if one < other)
    for (one, other), count in shared.items():
        assert count <= max(3, 0.1 * min(sizes[one], sizes[other])), (one, other)


def test_the_texts_are_indonesian(by_label):
    for label, group in by_label.items():
        codes = Counter(identify(row["title"], row["text"]).code for row in group if row["text"])
        assert codes["id"] >= 0.95 * codes.total(), label


def test_the_sample_is_part_of_the_set_and_balanced(rows):
    sample = read(SAMPLE)
    whole = {row["id"]: row for row in rows}
    assert [row["id"] for row in sample if whole.get(row["id"]) != row] == []
    labels = Counter(row["label"] for row in sample)
    assert labels == {"conflict": 30, "hard_negative": 20, "borderline": 6, "not_conflict": 6}
    assert len({row["kind"] for row in sample if row["label"] == "conflict"}) == 30
    assert sum(row["setting"] == "invented" for row in sample if row["label"] == "conflict") == 15
