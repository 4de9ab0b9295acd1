"""The energy maths: one file per constraint family, each with its inequality in the docstring."""

from kenli.engine.formulation.build import Formulation, formulate

__all__ = ["Formulation", "formulate"]
