"""One file per schema revision, numbered in their order."""
