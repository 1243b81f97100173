"""Speaks SMTP with one mail server: over one connection for a letter now and then, over many for an issue.

`dialogue` knows what is said, and touches no socket; `transport` and `wire` carry its words, `opening` makes
the connections they go over.
"""
