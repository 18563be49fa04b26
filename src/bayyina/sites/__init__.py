"""Sites seen from above: image series, change dating, changed-area maps, alerts."""
