"""Files to lines: what a folder holds, decoded, as lines with their roles."""
