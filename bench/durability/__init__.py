"""Does the corpus survive SIGKILL, a full disk and company at any moment? See ``__main__``."""
