"""Instruments played by networks, sample by sample: neural source-filter synthesis (Wang et al. 2019)."""
