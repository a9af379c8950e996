"""The circulation desk under load, and two desks that want the same copy."""
