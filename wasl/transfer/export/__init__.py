"""Lists of cases as files: which fields there are (`fields`), and how they are written (`writers`)."""

from wasl.transfer.export.fields import FIELDS, NEEDS, Field, Taken, chosen
from wasl.transfer.export.writers import FORMATS, Format, written

__all__ = ["FIELDS", "FORMATS", "NEEDS", "Field", "Format", "Taken", "chosen", "written"]
