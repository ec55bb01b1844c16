"""The one place where every figure of the house is defined: what it counts (`definitions`), in which cases
(`cohorts`), over which days (`periods`), by which arithmetic (`arithmetic`), and how the cases are found (`relation`).
"""

from wasl.analytics.measures.cohorts import Cohort, Narrowing, Population
from wasl.analytics.measures.definitions import BANDS, EDITION, MEASURES, Measure, measure

__all__ = ["BANDS", "EDITION", "MEASURES", "Cohort", "Measure", "Narrowing", "Population", "measure"]
