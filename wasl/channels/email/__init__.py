"""E-mail: understanding what arrives (any Arabic charset, broken headers, hostile parts), telling automatic mail from
people, sending over SMTP with bounded time, fetching over IMAP, and the SMTP/LMTP door itself.
"""
