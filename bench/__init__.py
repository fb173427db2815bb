"""`python3 dev.py bench`: whether the portal is as fast, small and frugal as it promises, measured on this machine.

What a page takes in milliseconds says more of the machine than of the page. So each page is measured against a *floor*:
a view that does the least that such a page has to do, behind the same middleware, in the same server, by the same
signed-in person, in turns with the page. What is judged are the ratios. `docs/performance.md` tells the floors, the
bars and the last table.

- `__main__.py`: the command line; for each engine and size a database, then one run in a process of its own
- `cluster.py`, `building.py`: a throw-away PostgreSQL server, a database with a simulated T/F, the environment
- `settings.py`, `urls.py`, `middleware.py`, `models.py`, `floors.py`: production's settings, with the floors beside the
  portal's pages; under any other settings the floors refuse to be loaded
- `serving.py`: gunicorn, and browsers with the standard library alone; the tests of faults use them as well
- `pages.py`: what is measured, by whom, against which floor, within which factor; `subject.py`: the objects it needs
- `measuring.py`, `writing.py`, `surge.py`, `weighing.py`, `run.py`: the measurements, and one run of all of them
- `bars.py`, `table.py`: what is missed, and the one table
"""
