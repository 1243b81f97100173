"""The publication's own settings and its versioned standing blocks; it sends and renders nothing."""
