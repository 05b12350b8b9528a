"""Which line ends are joined: by layout, by rules, and by a model of what stands around them."""
