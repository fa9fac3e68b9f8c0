"""What is in a prepared corpus: counted, drawn and written down for people."""
