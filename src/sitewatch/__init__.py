"""Find what was built, burned or demolished between two satellite scenes, and say how sure one can be."""

__version__ = "0.1.0"
__all__ = ["__version__"]
