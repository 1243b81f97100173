"""Pictures that the desk uploads: made safe and small, described, kept at an address that never changes."""
