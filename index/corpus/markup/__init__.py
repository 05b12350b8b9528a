"""Pages of HTML and Markdown to lines, with the title and the day that they give themselves."""
