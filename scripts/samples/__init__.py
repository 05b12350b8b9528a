"""Samples in the forms that people have: print, scans, office files, mail, archives."""
