"""What the system can do."""
