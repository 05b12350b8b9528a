"""Files opened in processes of their own."""
