"""People behind the desk: who they are, what they hold, what they owe."""
