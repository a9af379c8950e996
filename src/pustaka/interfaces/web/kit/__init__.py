"""The design system: tokens, components, the frame of every face."""
