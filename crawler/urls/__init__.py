"""URLs: cleaned, compared, judged by their shape, and read for days. Pure functions of strings.

May import: outlets. Three forms of a URL are kept apart:

* ``clean(url)``: what is asked for. Tracking parameters, session ids and the fragment are gone, nothing else.
* ``page_key(url)``: a *key* for "the same page". Never asked for: scheme, ``www.`` and AMP forms are folded away.
* ``slug_words(url)``: the readable words of the path, to judge relevance before anything is fetched.
"""

from crawler.outlets.domains import is_address
from crawler.urls.clean import MAX_URL, clean, follow, host
from crawler.urls.days import span
from crawler.urls.key import bounded, canonical, page_key
from crawler.urls.shape import is_home, looks_like_article, may_be_article, may_lead_to, slug_words, wanted

__all__ = [
    "MAX_URL",
    "bounded",
    "canonical",
    "clean",
    "follow",
    "host",
    "is_address",
    "is_home",
    "looks_like_article",
    "may_be_article",
    "may_lead_to",
    "page_key",
    "slug_words",
    "span",
    "wanted",
]
