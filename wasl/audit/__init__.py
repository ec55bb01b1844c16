"""Audit shows what the log of facts holds to those who check on others: who did what and when, who was shown whose
data, which of them without a reason to be seen in the case, and whether the log is sealed and whole. It changes
nothing; each look into the log is itself recorded. Sealing stands in `core`, the recording of looks in `contacts`.
"""
