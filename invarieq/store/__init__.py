"""What a user chose for a discovery, and the folder that keeps it: whole, sealed, safe against a kill and a second process."""
