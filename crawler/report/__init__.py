"""The corpus at a glance: what an overview says, its charts and their pictures, and the report as files.

May import: storage. Offers ``overview``, ``charts`` and ``svg``; ``scrapy report`` and ``scrapy browse`` draw the same.
"""

from crawler.report.charts import Chart, charts
from crawler.report.overview import Overview, overview
from crawler.report.pictures import svg

__all__ = ["Chart", "Overview", "charts", "overview", "svg"]
