"""Taking down a case for somebody at a telephone or counter: what is typed, what it means, and who may be meant."""
