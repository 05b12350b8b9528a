"""Bytes to text, whatever wrote them."""
