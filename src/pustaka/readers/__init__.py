"""Readers: what people make of the titles: lists, ratings, reviews, tags, and reports of what is wrong."""
