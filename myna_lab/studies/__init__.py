"""Small studies with real chips, keys and certificates: what a rule costs some hundred people in some weeks.

from myna_lab.studies import lab_study
study = lab_study(holders=500, days=90, log_ins_a_day=0.2, losses_a_year=0.02, seed=1)
result = study.compare({"today": {}, "OCSP hourly": {"ocsp_refresh": "1h"}, "no gap": {"activation_delay": "0s"}})
result.summary

For a whole country, years and every assumption there is ``myna_lab.scenarios``.
"""

from myna_lab.studies.comparison import Comparison
from myna_lab.studies.outcomes import Outcomes
from myna_lab.studies.result import Result
from myna_lab.studies.study import Study, lab_study

__all__ = ["Comparison", "Outcomes", "Result", "Study", "lab_study"]
