"""Open311 GeoReport v2: the door any city app knows. It tells services and public facts of reports, and takes reports.

What it says is XML or JSON, in Arabic or English; the program that brought a report sees more of it than strangers do.
"""
