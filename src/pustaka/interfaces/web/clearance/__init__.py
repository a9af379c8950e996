"""The letter of clearance: what stands in the way, the letter as PDF, and whether one is genuine."""
