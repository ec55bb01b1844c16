"""Pictures are decoded in a process of their own, which holds nothing worth stealing and may die: a fresh interpreter
with Pillow alone, an explicit decoder for the one format that the content showed, and hard limits of memory, time and
pixels. What comes back is plain data. The package knows files by their open handles only, no table and no setting.
"""

from wasl.core.pictures.decode import Bounds, DecoderBusy, Picture, PictureRefused, copy_upright, inspect

__all__ = ["Bounds", "DecoderBusy", "Picture", "PictureRefused", "copy_upright", "inspect"]
