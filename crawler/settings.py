"""Scrapy settings of the project. Those in the first block can be set in the environment or with ``-s NAME=VALUE``."""

import os

BOT_NAME = "conflict_news"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = "crawler.commands"  # our `crawl` replaces Scrapy's, which exits 0 whatever happened

# For users ------------------------------------------------------------------------------------------------------------

CORPUS_URL = os.environ.get("CORPUS_URL", "sqlite:///corpus.db")  # a SQLAlchemy URL
ARCHIVE_DIR = os.environ.get("ARCHIVE_DIR", "archive/")  # WARC files; empty switches the archive off
ARCHIVE_PAGES = os.environ.get("ARCHIVE_PAGES", "read")  # all, read (whole) or kept
RELEVANCE_THRESHOLD = os.environ.get("RELEVANCE_THRESHOLD", "")  # 0 keeps every article; empty: the topic's own
RELEVANCE_RECALL = os.environ.get("RELEVANCE_RECALL", "")  # instead: the share of conflict coverage to keep, as 0.98
TOPIC_MODEL = os.environ.get("TOPIC_MODEL", "")  # a retrained model; empty: the shipped one
CONTACT = os.environ.get("CONTACT", "")  # e-mail address or page of whoever runs the crawl, for the user agent
WORKERS = os.environ.get("WORKERS", "")  # runs at once on one database; empty: 1 on SQLite, no limit on PostgreSQL
PAGE_PROCESSES = os.environ.get("PAGE_PROCESSES", "")  # processes that read pages; empty: one per core, at most 8
METRICS_FILE = os.environ.get("METRICS_FILE", "")  # what a run did, for Prometheus' node exporter (docs/alarms.md)
WAYBACK_URL = os.environ.get("WAYBACK_URL", "https://web.archive.org")
COMMONCRAWL_INDEX_URL = os.environ.get("COMMONCRAWL_INDEX_URL", "https://index.commoncrawl.org")
COMMONCRAWL_DATA_URL = os.environ.get("COMMONCRAWL_DATA_URL", "https://data.commoncrawl.org")

ONE_OF_WORKERS = False  # set by `scrapy crawl --workers N` for the N runs it starts: it speaks for all of them

# Numbers of the crawl -------------------------------------------------------------------------------------------------

# Article pages of one host in one run (0: no bound); what is left stays due. At a delay of 1 s that is 83 minutes.
HOST_BUDGET = 5000
PAGE_DEADLINE = 20.0  # seconds for reading one page; the slowest of the real pages measured takes 0.3
PAGE_MAX_BYTES = 8 * 1024 * 1024  # the largest of 33 real pages is 0.4 MB; ten-fold room and more
SITEMAP_MAX_BYTES = 52 * 1024 * 1024  # the protocol's 50 MB, uncompressed (sitemaps.org)
HOST_ERROR_LIMIT = 3  # connection failures in a row after which a host is left alone until the next run
URL_ATTEMPTS = 4  # fetches of one URL that may fail in a run; then later runs try (crawler/crawl/retries.py)
RETRY_BASE = 2.0  # seconds before the first retry of a URL; doubles with each
RETRY_WAIT = 60.0  # a run waits for retries due within this many seconds; later ones are left to the next run
ROBOTS_MAX_AGE = 3600.0  # seconds a stored robots.txt is used without asking again (RFC 9309 allows a day)
PAGE_ERROR_SHARE = 0.5  # a run with more errors than this share of its pages (and at least 20) ends as failed

# Politeness -----------------------------------------------------------------------------------------------------------

ROBOTSTXT_OBEY = True
USER_AGENT = "conflict_news/0.1"  # crawler.configuration.user_agent adds CONTACT
ROBOTSTXT_USER_AGENT = "conflict_news"
CONCURRENT_REQUESTS = 32
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0  # the politeness extension sets each host's own
DOWNLOAD_DELAY_JITTER = 0.0  # jitter would go below the delay
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = PAGE_MAX_BYTES
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = False  # crawler.fetching.whole_bodies tells a wrong length from a torn page
DOWNLOAD_VERIFY_CERTIFICATES = True
COOKIES_ENABLED = False
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
    "Accept-Language": "id,en;q=0.3",
}

# Every outcome goes back into the frontier, which alone decides about retries, redirects and duplicates.
RETRY_ENABLED = False
REDIRECT_MAX_TIMES = 5  # only robots.txt is redirected by Scrapy itself (RFC 9309 asks for five)
METAREFRESH_ENABLED = False
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
HTTPPROXY_ENABLED = False

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "crawler.fetching.domain_guard.DomainGuard": 50,
    "crawler.fetching.robots.StoredRobots": 100,
    "crawler.fetching.whole_bodies.WholeBodies": 940,  # unpacks, and refuses what is torn
    "crawler.fetching.raw_responses.RawResponses": 950,  # sees bytes before they are decompressed
    "crawler.fetching.size_limit.CutOff": 960,
}
# Nothing of them is wanted (no Referer is sent, no status and no length of an address dropped without a word), and each
# costs a pass over everything that the spider yields.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
DOWNLOAD_HANDLERS = {
    "http": "crawler.fetching.last_look.LastLook",
    "https": "crawler.fetching.last_look.LastLook",
}
EXTENSIONS = {
    "scrapy.extensions.telnet.TelnetConsole": None,
    "crawler.fetching.throttle.Politeness": 100,
}
ITEM_PIPELINES = {
    "crawler.pipelines.process.ReadPages": 100,
    "crawler.pipelines.archive.ArchivePages": 200,
    "crawler.pipelines.store.StorePages": 300,
}
CONCURRENT_ITEMS = 1  # tasks started per response, of which one item comes; the default of 100 costs a third

# Safety ---------------------------------------------------------------------------------------------------------------

REMOTE_CONTROL_ENABLED = False  # executes Python sent to it; on by default since 2.19
TELNETCONSOLE_ENABLED = False

# Logging: one line per thing a person would want to know --------------------------------------------------------------

LOG_LEVEL = "INFO"
LOG_FORMAT = "%(asctime)s %(levelname)s %(message)s"
STATS_DUMP = False
LOGSTATS_INTERVAL = 0.0
LOG_VERSIONS: list[str] = []
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
FEED_EXPORT_ENCODING = "utf-8"
