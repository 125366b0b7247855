"""From bytes to a judged article: block pages, gate, extraction, topic; in a pool of processes or at once.

May import: discovery, extraction, fetching, outlets, relevance, urls, storage. Offers ``page.read_pages``,
``pool.PagePool``, and what reads pages again: ``archived``, ``explain``, ``rescore``, ``outlet_check``.
"""
