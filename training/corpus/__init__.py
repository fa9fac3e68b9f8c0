"""From folders and archives of music files to one prepared corpus."""
