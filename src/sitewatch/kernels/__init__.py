"""Arithmetic on arrays: numpy arrays and plain keywords in, arrays or a small frozen record out.

Images are float32, (band, row, column) or (row, column), NaN where unusable. Boolean arrays called ``usable``
are True where a pixel can be judged. No kernel knows another; the pipeline knows their order.
"""
