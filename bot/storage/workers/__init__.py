"""Workers on other machines as the database knows them: their jobs, leases, models, and what they hand over."""
