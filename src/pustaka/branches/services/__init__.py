"""Writes of the room: branches and locations, floors and their plans."""
