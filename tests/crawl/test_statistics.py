"""What a person sees of a run."""

from __future__ import annotations

from crawler.crawl.statistics import RunStatistics
from crawler.processing.reasons import Cause, Reason


def test_every_outlet_has_its_row_and_every_reason_its_outlet() -> None:
    statistics = RunStatistics(["antara", "kompas"])
    statistics.reject("kompas", Reason(Cause.SOFT_404))
    statistics.settle("kompas", "article", "failed", Reason(Cause.STATUS, "HTTP 500"))
    statistics.settle("antara", "article", "barred", Reason(Cause.ROBOTS))
    statistics.settle("antara", "article", "delayed", Reason(Cause.STATUS, "HTTP 429"))
    statistics.settle("antara", "article", "delayed", Reason(Cause.STATUS, "HTTP 403"), later=True)
    statistics.silent["antara"] = "0 found, 12 a day before"
    assert statistics.lines() == [
        "  silent, antara: 0 found, 12 a day before",
        "  not kept, kompas: soft 404: 1",
        "  not kept, kompas: article: HTTP 500: 1",
        "  put off, antara: article: HTTP 403: 1",
    ]
    table = statistics.table()
    assert [str(column.header) for column in table.columns] == [
        "outlet", "found", "fetched", "kept", "rejected", "put off", "failed", "barred",
    ]  # fmt: skip
    assert list(table.columns[0].cells) == ["antara", "kompas", "all"]
    [barred] = [column for column in table.columns if column.header == "barred"]
    assert list(barred.cells) == ["1", "0", "1"]
    assert statistics.as_dict()["silent"] == {"antara": "0 found, 12 a day before"}
