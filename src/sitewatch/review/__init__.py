"""Verification: a person looks, compares and decides; every decision is kept."""
