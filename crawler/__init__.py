"""Scrapy project: everything from an outlet to a judged article."""
