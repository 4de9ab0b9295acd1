"""The engine: a time-structured linear program, the energy formulation on it, and its solution."""
