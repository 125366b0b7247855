"""Item pipelines: one class per file, one duty each."""
