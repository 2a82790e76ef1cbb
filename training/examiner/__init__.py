"""Data, network and scores of `sitewatch.models.examiner`."""
