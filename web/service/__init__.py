"""What every request needs: parameters, the archive that is open, limits, counters."""
