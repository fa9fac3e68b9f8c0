"""What was heard in a recording, shown on the command line and in pictures."""
