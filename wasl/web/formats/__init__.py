"""Formats of numbers and dates for Django where it formats by itself; Arabic as the house writes it."""
