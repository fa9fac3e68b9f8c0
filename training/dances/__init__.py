"""Bars, steps and chords counted in tunes, for `composer.dances`."""
