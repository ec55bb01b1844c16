"""Static files under hashed names, compressed; imports between our ES modules are rewritten to the hashed names too."""

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class HashedStatics(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """For the setting STORAGES, in every mode but tests."""

    support_js_module_import_aggregation = True
