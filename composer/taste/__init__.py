"""What the people of one server like, learned from few votes and drawn towards what all like."""
