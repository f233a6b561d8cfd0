"""The reverse proxy for model calls: keys stay here, each call is journalled, priced and recorded."""
