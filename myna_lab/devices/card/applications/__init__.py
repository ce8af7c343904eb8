"""The applications of the chip, one file each: its rows as data, and what its files hold."""
