"""What several bots agree on by the rows: whose piece is next, and which servers are whose."""
