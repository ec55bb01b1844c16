"""Static files under hashed names, compressed; imports between our ES modules are rewritten to the hashed names too."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class HashedStatics(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """For the setting STORAGES, in every mode but tests."""

    support_js_module_import_aggregation = True

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._addresses: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """The address of a file. A page has a dozen of them, and they stay while the process lives."""
        if force or name not in self._addresses or not self.manifest_hash:
            address: str = super().url(name, force)
            # Before the files were collected there is no manifest, and nothing to keep.
            if force or not self.manifest_hash:
                return address
            self._addresses[name] = address
        return self._addresses[name]
