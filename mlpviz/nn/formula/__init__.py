"""Formulas: parsed from text, differentiated, and turned into programs, scripts and typeset mathematics."""
