"""Places are the country as people name it: governorates with their boundaries, wilayats, and well-known areas, to
which an agency may add its own. They offer the list for forms, the boundaries for the map, and a proposal of the
governorate and wilayat of a point. They are no address register and know no streets, buildings or assets.
"""
