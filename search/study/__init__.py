"""Readers’ questions over many paragraphs: when, how two sets differ, and what stands around a word."""
