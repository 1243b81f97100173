"""Speaks SMTP with one mail server: over one connection for a letter now and then, over many for an issue.

`dialogue` knows what is said, and touches no socket. Its words are carried by `transport`, and by `wire` with
its `line`s and their `loop`; `opening` makes the connections they go over.
"""
