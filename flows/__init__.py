"""What the bot says, understands and concludes: pure, see README.md."""
