"""Views for notebooks: the only place that knows Jupyter. They show what flow and lab say, and keep nothing."""

from myna_lab.widgets.drawings import certificate_drawing, news_picture, state_picture
from myna_lab.widgets.engagement import engagement_code
from myna_lab.widgets.missions import Missions, missions
from myna_lab.widgets.one_phone import OnePhone, one_phone
from myna_lab.widgets.pictures import flow_picture, who_knew
from myna_lab.widgets.pictures_jpki import validity_picture, validity_rows
from myna_lab.widgets.pictures_mdoc import pass_picture, record_picture, transcript_picture
from myna_lab.widgets.player import Player, player
from myna_lab.widgets.services_desk import ServicesDesk, services_desk
from myna_lab.widgets.set_up import set_up
from myna_lab.widgets.timelines import timeline_picture, timeline_svg
from myna_lab.widgets.whole_tables import by_language, whole_tables
from myna_lab.widgets.wizard import Wizard, wizard

__all__ = [
    "Missions",
    "OnePhone",
    "Player",
    "ServicesDesk",
    "Wizard",
    "by_language",
    "certificate_drawing",
    "engagement_code",
    "flow_picture",
    "missions",
    "news_picture",
    "one_phone",
    "pass_picture",
    "player",
    "record_picture",
    "services_desk",
    "set_up",
    "state_picture",
    "timeline_picture",
    "timeline_svg",
    "transcript_picture",
    "validity_picture",
    "validity_rows",
    "who_knew",
    "whole_tables",
    "wizard",
]
