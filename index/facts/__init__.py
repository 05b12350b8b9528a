"""City, date and agency of every paragraph, each with its surface, rule and basis."""
