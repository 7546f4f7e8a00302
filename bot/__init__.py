"""What the bot remembers and whom it talks to."""
