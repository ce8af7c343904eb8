"""``myna-lab show``: a notebook as a page without code, by Voila on 127.0.0.1; nothing asks another host.

template (without foreign style sheets) + startup.py (fields for the exercises) -> Voila -> one kernel a visitor
"""
