"""A program for a site with all packages: a set-up from the card to the first log-in, and its table."""

from myna_lab import Lab

lab = Lab(seed=7)
hanako = lab.resident()
lab.iphone(hanako).add_card().run(same_pins=True)
print(len(hanako.phones), "phone,", len(lab.tables.certificates()), "certificates")
