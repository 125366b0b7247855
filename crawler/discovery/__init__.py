"""Ways in: how candidate URLs are found."""
