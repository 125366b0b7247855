"""Which part of a page is the article: blocks, boilerplate elements, text density, the second reader.

May import: cleaning, page. Offers ``finding.find``; ``containers.toml`` and ``furniture.toml`` are its data.
"""
