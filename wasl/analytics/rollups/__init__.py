"""The figures of now, kept ready: one slim row a case (`CaseFact`), and sums of these (`Tally`, `LengthTally`).

`shape` says what is kept, `keeping` brings it up to the moment, `reading` answers from it. What makes a case one of a
figure stands in `measures` alone: a fact is a row of the same relation, with the conditions of the measures as bits.
"""
