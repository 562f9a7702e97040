"""Measurements against floors, side by side in one run: ``python -m bench``. What they mean: docs/performance.md."""
