"""The rooms that decide what a product is, which sites exist, and which two scenes are compared."""
