"""Web is the look and the manners of every page: base templates, the design kit, bidi and format filters, languages,
security headers, door marks, navigation, and the live stream that tells open pages what changed. It knows no agency, no
person and no case; rooms above register what the pages show.
"""
