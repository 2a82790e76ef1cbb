"""The doors: rasters (rasterio), vectors (geopandas), and run folders."""
