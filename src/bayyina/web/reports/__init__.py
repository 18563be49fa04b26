"""Reports: build, look at, sign, take along."""
