"""To whom we write: sign-up, preferences, leaving, erasure, the roster; it knows no issue."""
