"""Sends a frozen issue to a frozen audience, once each, and keeps the ledger that proves it."""
