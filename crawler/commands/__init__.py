"""The scrapy sub-commands of this project, each thin over a function that tests can call."""
