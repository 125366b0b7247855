"""Search queries from example articles: the rare names they share, as a person would type them into a search box."""
