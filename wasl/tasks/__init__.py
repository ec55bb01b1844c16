"""Tasks are pieces of work for a person: a call to make, a callback, a review, something parked. A room opens one under
a dedupe key for a unit; staff take, hand over and finish it with an outcome. It knows no case: a task carries its
number.
"""
