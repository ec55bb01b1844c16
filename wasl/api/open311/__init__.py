"""Open311 GeoReport v2: the door any city app knows."""
