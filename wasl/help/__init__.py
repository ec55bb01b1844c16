"""Help explains the screens to the people before them: a page for each role, opened from every screen, and a tour of
the demo. It knows no case and no person.
"""
