"""``myna-lab handout``: what the course says about screens, failures, PINs and errands, on paper.

rules, events, parameters, texts -> tables -> one HTML file that asks nobody for anything
"""
