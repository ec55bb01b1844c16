"""The kinds of configuration, one module per area; each registers its own when the house starts."""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
