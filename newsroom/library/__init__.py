"""What authors write: articles, recommendations, engagements, listings, in versions; it knows no issue."""
