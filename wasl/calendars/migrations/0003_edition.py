from django.db import migrations

from wasl.core.edition import watching


class Migration(migrations.Migration):
    dependencies = [("core", "0004_edition"), ("calendars", "0002_holiday_codes")]
    operations = [
        watching(
            "calendars_workingcalendar",
            "calendars_workinghours",
            "calendars_specialhours",
            "calendars_specialspan",
            "calendars_holiday",
            "calendars_hijrioffset",
        )
    ]
