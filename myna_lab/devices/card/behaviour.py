"""What is not known for sure about the chip's answers: each as a parameter, with the value that seems likeliest.

A lab's parameters ``card_…`` override them; docs/card.md says what each rests on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from myna_lab.devices.card.structure import Condition, DedicatedFile
from myna_lab.parameters import Parameters

__all__ = ["Behaviour"]

_A = 0x0014
_DIGESTS = (0x0003, 0x0007)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How one kind of chip behaves where the sources are silent or differ."""

    no_current_file: int = 0x6986
    """Status word if no file is selected."""
    change_before_verify: int = 0x6982
    """Status word of a PIN change without VERIFY."""
    bad_new_value: int = 0x6A80
    """Status word of a PIN change to a value of wrong form."""
    unsignable_length: int = 0x6700
    """Status word if data of this length cannot be signed."""
    pss_salt_length: int = 32
    """Bytes of salt in a PSS signature."""
    success_when_verified: bool = False
    """Whether VERIFY without data answers 9000 once the PIN is verified, as some cards were seen to."""
    wrong_length_costs_a_try: bool = True
    """Whether a PIN of a length that no PIN has is a wrong PIN, or 6700."""
    digests_open_with_a: bool = True
    """Whether verification number A opens the digests and the key of the text application."""
    refuses_query_with_le: bool = True
    """Whether VERIFY without data, but with Le (five bytes), is 6700; otherwise it asks like that of four."""
    reselect_keeps_verified: bool = True
    """Whether SELECT of the current application keeps what was verified (JICSAP 5.1.3 rule 2; card facts 2.5.22)."""
    warm_reset_keeps_verified: bool = True
    """Whether a reset without loss of power keeps the application and what was verified."""

    @classmethod
    def of(cls, parameters: Parameters) -> Behaviour:
        """The behaviour that a lab's parameters ask for."""
        return cls(
            int(parameters.text("card_sw_no_current_file"), 16),
            int(parameters.text("card_sw_change_before_verify"), 16),
            int(parameters.text("card_sw_bad_new_pin"), 16),
            int(parameters.text("card_sw_unsignable_length"), 16),
            parameters.count("card_pss_salt_length"),
            parameters.text("card_query_when_verified") == "9000",
            parameters.switch("card_wrong_length_costs_a_try"),
            parameters.switch("card_digests_open_with_a"),
            parameters.text("card_query_with_le") == "6700",
            parameters.switch("card_reselect_keeps_verified"),
            parameters.switch("card_warm_reset_keeps_verified"),
        )

    def adapted(self, application: DedicatedFile) -> DedicatedFile:
        """An application's table under this behaviour."""
        if self.digests_open_with_a or application.name != "text":
            return application
        rows = (
            replace(row, read=Condition(tuple(i for i in row.read.identifiers if i != _A)))
            if row.identifier in _DIGESTS
            else row
            for row in application.files
        )
        return replace(application, files=tuple(rows))
