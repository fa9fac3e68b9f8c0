"""Models and trainings as they were seen here."""
