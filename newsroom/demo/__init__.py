"""Sample content and the demonstration: both act through the site's own services; development only."""
