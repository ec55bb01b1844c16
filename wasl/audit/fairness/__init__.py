"""The review of turns: who took what before others, why, whom it passed, and what else may be a sign of favour. It
shows and changes nothing; what it shows can be taken out for the papers of an audit, and each look is recorded.
"""
