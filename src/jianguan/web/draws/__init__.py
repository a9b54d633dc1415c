"""Draws (抽查): populations, seeds, draws, recusals."""
