"""Musical dice games of the eighteenth century: dice choose bars that were printed ready-made."""
