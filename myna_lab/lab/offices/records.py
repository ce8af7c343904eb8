"""最新の利用者情報: what a service asks J-LIS about somebody whose signing certificate it has kept."""

from __future__ import annotations

from myna_lab.errors import MisuseError
from myna_lab.events import Decision
from myna_lab.ground.arguments import shown
from myna_lab.jlis.office import LatestInformation, Office
from myna_lab.lab.offices.door import Door
from myna_lab.world.certificates import Certificate

__all__ = ["Records"]


class Records(Door):
    """Answers only while a signing certificate of the person is in force. That she has agreed is taken for granted.

    Source: life-cycle facts 4.5 and 5.12.
    """

    __slots__ = ()
    _name = "records"

    def latest(self, certificate: Certificate | bytes) -> LatestInformation:
        """The newest name, address, date of birth and sex.

        Args:
            certificate: the signing certificate that the service has kept, as a handle or DER; revoked or expired ones
                will do.

        Returns:
            What the person's newest signing certificate in force states.

        Raises:
            RegistrationRefused: ``no_live_certificate``, ``unknown_certificate``, ``maintenance``.
            MisuseError: no certificate.
        """
        der = certificate.der if isinstance(certificate, Certificate) else certificate
        if not isinstance(der, bytes):
            raise MisuseError(
                f"a signing certificate is a handle or DER, such as lab.certificates(hanako, kind='card_sign')[0]; "
                f"got {shown(certificate)}.",
                code="no_certificate",
            )
        world = self._world
        answers: list[LatestInformation] = []

        def decide(office: Office) -> Decision:
            decision, answer = office.latest_information(asked, at=world.now)
            answers.append(answer)
            return decision

        with world.lock:
            asked = world.office.signing_certificate(der)
            self._ask("latest", asked.person, decide)
        return answers[0]
