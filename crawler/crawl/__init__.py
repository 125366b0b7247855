"""One run of the crawl: its arguments, session, scheduler, discoverer, scoring, outcomes, pages and statistics.

May import: archive, discovery, fetching, outlets, processing, relevance, urls, storage; Scrapy. The spider drives it.
"""
