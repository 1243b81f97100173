"""What readers tell us: intake, consent, the queue, editing over a sealed original, the Editor's note.

It knows no issue: what is ready waits here until a higher floor places and publishes it.
"""
