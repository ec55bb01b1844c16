from django.db import migrations

# The sums of the present day and month change all the time: with room on each page a change stays on it.
SQL = """
ALTER TABLE analytics_tally SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE analytics_lengthtally SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE analytics_casefact SET (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE analytics_recount SET (autovacuum_vacuum_scale_factor = 0.05);
"""
REVERSE = """
ALTER TABLE analytics_tally RESET (fillfactor, autovacuum_vacuum_scale_factor);
ALTER TABLE analytics_lengthtally RESET (fillfactor, autovacuum_vacuum_scale_factor);
ALTER TABLE analytics_casefact RESET (fillfactor, autovacuum_vacuum_scale_factor);
ALTER TABLE analytics_recount RESET (autovacuum_vacuum_scale_factor);
"""


class Migration(migrations.Migration):
    dependencies = [("analytics", "0002_kept_figures")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
