"""What is done later."""
