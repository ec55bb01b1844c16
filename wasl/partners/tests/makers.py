"""Looking for what must be nowhere."""

from django.db import connection


def tables_with(text: str) -> list[str]:
    """Every table that holds the text anywhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}" one WHERE strpos(one::text, %s) > 0)', [text])  # noqa: S608
            if cursor.fetchone()[0]:
                found.append(table)
    return found
