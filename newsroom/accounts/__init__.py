"""Floor 1: who works here, what they may do, and the record of what was done.

It knows no story, issue or subscriber; what a permission is about is decided by the floors above.
"""
