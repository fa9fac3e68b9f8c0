"""What people see and use on Discord."""
