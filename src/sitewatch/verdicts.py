"""From pixels and objects to one verdict a site."""
