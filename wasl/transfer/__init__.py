"""Transfer moves history in and lists out: files of other systems become cases with their own dates, at the speed of
COPY and announced to nobody; and cases leave as tables and maps for those who may take them. It changes no case.
"""
