"""The words of the platform: ids, time, money, statuses, events, errors. Standard library and SDK only."""
