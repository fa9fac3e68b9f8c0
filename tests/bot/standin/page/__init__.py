"""Tests of the page in which a person plays the people of the stand-in."""
