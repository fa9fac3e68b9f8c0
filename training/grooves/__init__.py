"""Drum patterns counted in performances, for `composer.grooves`."""
