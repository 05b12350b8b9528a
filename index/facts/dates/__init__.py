"""Days in a text, the years that complete them, and the day of publication."""
