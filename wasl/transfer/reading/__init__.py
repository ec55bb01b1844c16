"""Files of other systems read row by row: CSV, XLSX and JSON lines, packed by gzip or not. Memory stays flat.

No row is lost on the way: what cannot be read comes out as a row with a flaw.
"""

from wasl.transfer.reading.files import Options, Source, open_source

__all__ = ["Options", "Source", "open_source"]
