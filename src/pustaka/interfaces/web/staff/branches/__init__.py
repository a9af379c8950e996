"""The library's places behind the desk: floors and their plans."""
