"""Channels translate between strangers' protocols and our few dataclasses (`contract.py`), one folder for each medium:
e-mail, text messages. An adapter is found by its name in `registry.py`. It knows no model, no case and no setting but
those of the account it is handed; storing what came in and choosing what goes out is the work of `messaging`.
"""
