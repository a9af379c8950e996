"""Writes of the room: lists, opinions, tags, moderation and problems."""
