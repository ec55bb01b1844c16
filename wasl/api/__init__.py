"""The machine door: Open311 GeoReport v2 for apps of any city, and the JSON interface for staff apps and partners.
It reads and writes through the same operations as every page; what is special to it is the shape of words on the wire.
"""
