"""SQLAlchemy: the corpus database. Knows nothing of Scrapy or HTML."""
