"""The live crawl beside its peers. ``python -m bench.crawl``."""
