"""Engines as the platform sees them: manifests, environments, fork servers, worker processes."""
