"""Schema migrations, run by storage.migrating."""
