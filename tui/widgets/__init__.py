"""Widgets of the screens: every one draws its own lines."""
