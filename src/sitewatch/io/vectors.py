"""The only door to geopandas: sites and other outlines in any vector format, GeoJSON out."""
