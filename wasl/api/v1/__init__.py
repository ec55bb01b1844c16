"""The JSON interface, version 1, for staff apps and partners."""
