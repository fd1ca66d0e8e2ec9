"""Parts every workspace uses: theme, cards, plots, formulas, numbers."""
