"""From one address to an outlet file: what a site offers, found by asking it a bounded number of times.

``survey`` finds the sources, ``writing.toml_of`` writes them down. Nothing outside the address' own domain is asked.
"""

from crawler.processing.survey.surveying import Survey, survey
from crawler.processing.survey.writing import toml_of

__all__ = ["Survey", "survey", "toml_of"]
