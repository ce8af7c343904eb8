"""A class on one computer: the teacher's, where a JupyterHub gives each student a laboratory behind a wall.

    command     myna-lab class: starts, watches, ends          screen      what the teacher's screen shows
    running     the hub as a process, and its end              hub_config  the file that JupyterHub loads
    door        name, class code, own word -> a student        roster      who is in the class
    spawner     a student's server: folder, limits, wall       wall        the command line that walls it in
    folder      where everything lies; its secrets             missing     what `doctor` says of all this
    taken       what a folder takes of the disk                quota       what follows from it for its student
    watch       when one looks at whose folder                 programs    what a student runs, and may write
    disk        the disk as a whole                            notices     what the hub tells the teacher

The hub, its proxy, its log-in cookies and its restarts are JupyterHub's own; here is only what a class adds.
"""
