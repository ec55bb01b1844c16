"""Partners are programs that may speak to us: their keys with scopes, an end and a pace, and the answers they were
given, kept so that whoever asks again under the same idempotency key hears the same. It knows no case, opens no door.
"""
