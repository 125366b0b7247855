"""What the commands share: the base command, progress, the coverage table, the view of one explained page.

May import: everything but commands, spiders and demo. Offers ``base.CorpusCommand``.
"""
