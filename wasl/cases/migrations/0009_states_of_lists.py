from django.db import migrations

# Whether a case is open follows from its state, and a finished one has somebody: a planner that takes these for chance
# expects ten rows where there are thousands, and sorts them all for a page of fifty.
SQL = """
CREATE STATISTICS case_state_of_agency (mcv) ON agency_id, is_open, state FROM cases_case;
CREATE STATISTICS case_state_of_unit (mcv) ON unit_id, is_open, state FROM cases_case;
CREATE STATISTICS case_nobody_of_agency (mcv) ON agency_id, is_open, assignee_id FROM cases_case;
CREATE STATISTICS case_nobody_of_unit (mcv) ON unit_id, is_open, assignee_id FROM cases_case;
ANALYZE cases_case;
"""
REVERSE = """
DROP STATISTICS case_state_of_agency;
DROP STATISTICS case_state_of_unit;
DROP STATISTICS case_nobody_of_agency;
DROP STATISTICS case_nobody_of_unit;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_open_lists")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
