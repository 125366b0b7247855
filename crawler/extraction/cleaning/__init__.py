"""Which lines of an article are not its text: phrases, bylines, teasers, credits.

May import: page, dates.words. Offers ``lines.clean_lines`` and ``lines.clean_text``; ``phrases.toml`` is its data.
"""
