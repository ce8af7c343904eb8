"""Exercises in notebooks: ``check`` says whether an answer is right, ``hand_in`` makes one code of what it said.

judging   an answer -> its one plain form -> its digest -> compared with the seal's
tries     what was tried, without the answers: in this process, and as lines of a file
codes     all of it as one code of letters, and back
names     a first name, in its one form
"""

from myna_lab.exercises.codes import hand_in
from myna_lab.exercises.judging import ask_by, check, sealed

__all__ = ["ask_by", "check", "hand_in", "sealed"]
