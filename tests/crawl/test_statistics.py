"""What a run's summary says of each outlet."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from crawler.crawl.statistics import RunStatistics


def shown(statistics: RunStatistics) -> dict[str, list[str]]:
    """The words of each row of the summary's table, by the first of them."""
    out = StringIO()
    Console(width=100, file=out).print(statistics.table())
    rows = [line.replace("┃", " ").replace("│", " ").split() for line in out.getvalue().splitlines()]
    return {words[0]: words for words in rows if words}


def test_the_summary_gives_the_mean_agreement_of_the_readers_per_outlet():
    statistics = RunStatistics()
    for outlet, value in (("antara", 1.0), ("antara", 0.5), ("tempo", None)):
        statistics.count(outlet, "kept")
        statistics.agree(outlet, value)
    assert (statistics.agreement("antara"), statistics.agreement("tempo")) == (0.75, None)
    assert statistics.as_dict()["agreement"] == {"antara": 0.75}
    rows = shown(statistics)
    assert rows["outlet"][-1] == "agreement"
    assert rows["antara"][-1] == "0.75"
    assert rows["tempo"][-1] == "0"


def test_a_run_in_which_no_page_was_read_twice_has_no_such_column():
    statistics = RunStatistics()
    statistics.count("tempo", "kept")
    assert "agreement" not in shown(statistics)["outlet"]
