"""Privacy keeps what people were told about their data and agreed to, gives a person everything we hold about them,
erases what may go and keeps what the law holds. Each room says what it knows of a person and how that is erased;
privacy asks, proves and reports.
"""
