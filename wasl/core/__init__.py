"""Core is the ground floor: facts that travel as events, references that people can say and key, Arabic text, texts of
data in several languages, files, the house clock, shared limits, keys and the database runner. It knows no agency, no
person and no case; whatever it stores about them are plain numbers.
"""
