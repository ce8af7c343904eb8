"""What students did in exercises, for their teacher.

known     the exercises of the notebooks, by the marks that results carry
report    students x exercises as text, CSV, Excel; and what could not be read
command   myna-lab results CODE…; `myna-lab class results` reads the folders of a class into the same report
"""
