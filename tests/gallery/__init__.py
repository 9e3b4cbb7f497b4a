"""Both vendored operations as a service that keeps its contract, and as many that break it in one way."""
