"""The figures of use."""
