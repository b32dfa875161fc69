"""What stands between samples and mathematics: noise, gaps, smoothing, derivatives, grids."""
