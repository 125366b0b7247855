"""What each reader and each weak rule is worth: an ablation of the extraction, and what the second reader costs.

    python bench/readers.py [PAGES] [--faults FOLDER]

Per variant: F1 of 4-word shingles over PAGES (as bench/extraction.py), the worst page, how many cases of FOLDER's
cases.json keep and drop what they must (text only), and processor time. The figures are in docs/cleaning.md.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

from lxml.html import HtmlElement

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.extraction import pages, score  # noqa: E402
from crawler.extraction import agreement, extract  # noqa: E402
from crawler.extraction.body import blocks, boilerplate, second_reader  # noqa: E402
from crawler.extraction.cleaning import phrases, proof  # noqa: E402
from crawler.extraction.cleaning.lines import Cleaned, fold  # noqa: E402

Reader = Callable[[bytes, str, str | None], str]
KEPT = 0.1  # share of crawled pages that are kept


def ours(content: bytes, url: str, kind: str | None) -> str:
    found = extract(content, url, kind, reread=_never)
    return found.text if found else ""


def _never(_title: str, _text: str) -> bool:
    return False


def both(content: bytes, url: str, kind: str | None) -> str:
    found = extract(content, url, kind)
    return found.text if found else ""


def trafilatura(precision: bool) -> Reader:
    def read(content: bytes, url: str, _kind: str | None) -> str:
        from trafilatura import bare_extraction

        found = bare_extraction(content, url=url, include_comments=False, favor_precision=precision)
        return (found.text or "") if found is not None and not isinstance(found, dict) else ""

    return read


def _joined(clean: Cleaned, second: Sequence[str], how: str) -> agreement.Joined:
    theirs, mine = {fold(line) for line in second}, {fold(text) for text in clean.paragraphs}
    if how == "intersection":
        lines = [text for text in clean.paragraphs if fold(text) in theirs]
    elif how == "union":
        lines = [*clean.paragraphs, *(line for line in second if fold(line) not in mine)]
    elif how == "second":
        lines = list(second)
    else:  # no change but for pages where the two disagree grossly
        same = agreement.agreement(clean.paragraphs, second)
        lines = list(second) if same < agreement.GROSS else list(clean.paragraphs)
    return agreement.Joined(lines or list(clean.paragraphs), agreement.agreement(clean.paragraphs, second))


@contextmanager
def joining(how: str) -> Iterator[None]:
    with patch.object(agreement, "join", lambda clean, second, *_: _joined(clean, second, how)):
        yield


@contextmanager
def without(name: str) -> Iterator[None]:
    """One part of the joining turned off."""
    nothing = {"_restore": lambda *_: None, "_drop_dirt": lambda *_: None}
    with (
        patch.object(agreement, name, nothing[name])
        if name in nothing
        else patch.object(
            agreement, "_weigh", lambda first, _element, _page, same, _evidence: agreement.Joined(list(first), same)
        )
    ):
        yield


@contextmanager
def believed(rule: str) -> Iterator[None]:
    """A weak rule taken for a strong one: its names and phrases cut without a proof."""
    original, proven = boilerplate.match, proof.proven

    def match(element: HtmlElement, by_class: bool = True) -> boilerplate.Match | None:
        found = original(element, by_class)
        return found._replace(weak=False) if found is not None and found.rule == rule else found

    weak = [r for r in phrases.LINE if r.name == rule and r.strength == "weak"]
    strong = [
        r if r not in weak else type(r)(r.name, r.pattern, r.texts, "strong", r.max_chars, r.place, r.plain, r.evidence)
        for r in phrases.LINE
    ]
    with ExitStack() as stack:
        stack.enter_context(patch.object(blocks, "match", match))
        stack.enter_context(patch.object(second_reader, "match", match))
        stack.enter_context(patch.object(phrases, "LINE", strong))
        stack.enter_context(patch.object(proof, "proven", proven))
        yield


def faults(folder: Path, read: Reader) -> tuple[int, int]:
    """Cases about text that come out right, and all of them."""
    right = count = 0
    for case in json.loads((folder / "cases.json").read_text(encoding="utf-8")):
        if not (case["keep"] or case["drop"] or case["none"]):
            continue
        content = (folder / case["file"]).read_bytes()
        text = _flat(read(content, case["url"], case["content_type"]))
        fine = not text if case["none"] else bool(text)
        fine = fine and (case["none"] or all(_flat(part) in text for part in case["keep"]))
        right += fine and not any(_flat(part) in text for part in case["drop"])
        count += 1
    return right, count


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def measure(name: str, read: Reader, data: list[tuple[str, bytes, str, dict[str, str]]], folder: Path | None) -> float:
    found, took = [], []
    for _, content, gold, facts in data:
        url = facts.get("url") or "https://example.org/x"
        rounds = []
        for _ in range(3):
            started = time.process_time()
            text = read(content, url, None)
            rounds.append(time.process_time() - started)
        took.append(min(rounds) * 1000)
        found.append(score(text, gold)[2])
    cases = "{}/{}".format(*faults(folder, read)) if folder else "-"
    print(f"| {name} | {statistics.mean(found):.4f} | {min(found):.3f} | {cases} | {statistics.mean(took):.1f} |")
    return statistics.mean(took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = ROOT.parent / "shared" / "data"
    parser.add_argument("folder", nargs="?", type=Path, default=shared / "pages")
    parser.add_argument("--faults", type=Path, default=shared / "faults" / "extraction")
    options = parser.parse_args()
    data = list(pages(options.folder))
    if not data:
        raise SystemExit(f"{options.folder}: holds no NAME.txt with a NAME.html.gz beside it")
    folder = options.faults if (options.faults / "cases.json").exists() else None
    both(data[0][1], "https://example.org/x", None)
    print("| variant | F1 | worst page | cases | ms a page |\n|---|---|---|---|---|")
    first = measure("our reader alone", ours, data, folder)
    measure("trafilatura alone", trafilatura(False), data, folder)
    measure("trafilatura alone, precision", trafilatura(True), data, folder)
    second = measure("**both, as built**", both, data, folder)
    ways = {
        "intersection": "both: lines that both have",
        "union": "both: lines that either has",
        "second": "both: the second reader's lines",
        "gross": "both: only where they disagree grossly",
    }
    for how, title in ways.items():
        with joining(how):
            measure(title, both, data, folder)
    parts = {
        "_restore": "nothing restored",
        "_drop_dirt": "no short lines dropped",
        "_weigh": "page's evidence not asked",
    }
    for part, title in parts.items():
        with without(part):
            measure(f"both: {title}", both, data, folder)
    rules = {token["rule"] for token in boilerplate._DATA["token"] if token["strength"] == "weak"}
    rules |= {rule.name for rule in phrases.LINE if rule.strength == "weak"} | {"hidden text"}
    for rule in sorted(rules):
        with believed(rule):
            measure(f"weak rule believed outright: {rule}", both, data, folder)
    cost = second - first
    print(
        f"\nThe second reader costs {cost:.1f} ms per kept page, "
        f"{KEPT * cost:.2f} ms per crawled page at {KEPT:.0%} kept."
    )


if __name__ == "__main__":
    main()
