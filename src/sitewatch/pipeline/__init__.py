"""The recipe: from a pair of scenes to typed changes. The only room that knows the order of the kernels."""
