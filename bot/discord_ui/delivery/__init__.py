"""How a piece and its progress reach people."""
