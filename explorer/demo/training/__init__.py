"""How the demo checkpoints are made: the only code that trains, run by ``python -m explorer.demo`` alone.

A module named after each task holds its recipe; what recipes share lies beside them.
"""
