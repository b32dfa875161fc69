"""Data out of files: formats, axes, names, masks; measured data out of packages."""
