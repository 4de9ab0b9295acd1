"""A time-structured linear program as arrays; this room knows no energy."""

from kenli.engine.program.flat import FlatProgram
from kenli.engine.program.program import Axis, Block, Columns, Program, Rows
from kenli.engine.program.terms import ObjectiveLine, Term

__all__ = ["Axis", "Block", "Columns", "FlatProgram", "ObjectiveLine", "Program", "Rows", "Term"]
