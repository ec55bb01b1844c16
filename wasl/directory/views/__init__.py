"""The doors of the directory: what I may do, my absence, the people of my unit."""
