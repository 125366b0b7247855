"""Measurements: speed, memory and quality, side by side with a peer or a limit. Never asserted in tests."""
