"""From a solution to the tables of a run: sums and names, no second model."""

from kenli.engine.results.sanity import find_oddities
from kenli.engine.results.tables import make_tables, make_totals

__all__ = ["find_oddities", "make_tables", "make_totals"]
