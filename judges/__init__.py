"""Judges of letters: programs that other people wrote, each asked about letters that the product made.

`python -m judges` (or `make judge`) asks them all; README.md says how a judge is added and what it is given.
Nothing here is part of the product, and nothing of the product imports it.
"""
