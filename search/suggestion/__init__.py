"""What is offered while one types, and where nothing was found."""
