from django.db import migrations

from wasl.core.edition import watching


class Migration(migrations.Migration):
    dependencies = [("core", "0004_edition"), ("calendars", "0004_uses_and_months")]
    operations = [watching("calendars_hijrihours", "calendars_hijrispan", "calendars_calendaruse")]
