from django.db import migrations

from wasl.core.edition import watching


class Migration(migrations.Migration):
    dependencies = [("core", "0004_edition"), ("places", "0002_own_shapes")]
    operations = [watching("places_governorate", "places_wilayat", "places_area", "places_wilayatboundary")]
