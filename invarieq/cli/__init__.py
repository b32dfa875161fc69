"""The command line: `invarieq COMMAND SYSTEM …`."""
