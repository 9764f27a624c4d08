"""Policies, judgements, episodes, measures and messages."""

from escalations.models.attachment import Attachment
from escalations.models.called_for import CalledFor
from escalations.models.clock_version import ClockVersion
from escalations.models.counter import NumberCounter, Series
from escalations.models.covering import Covering
from escalations.models.eight_d import EightD
from escalations.models.eight_d_steps import (
    EightDFile,
    EightDMove,
    EightDRevision,
    EightDScore,
    EightDStep,
)
from escalations.models.episode import Episode
from escalations.models.episode_hit import EpisodeHit
from escalations.models.episode_step import EpisodeStep
from escalations.models.finding import Finding
from escalations.models.judgement import JudgedScorecard, Judgement
from escalations.models.left_out import PlantLeftOut
from escalations.models.message import Message
from escalations.models.policy import Policy, PolicyVersion, Rule
from escalations.models.preference import MailPreference
from escalations.models.record import RecordHit, RecordJudgement, RejectToJudge
from escalations.models.reminder import Reminder
from escalations.models.run import EvaluationRun, WatchedDrain
from escalations.models.shipping import ControlledShipping, ShippingScope
from escalations.models.shipping_event import ShippingEvent, ShippingLetter
from escalations.models.shipping_log import ShippingEscape, ShippingLogEntry

__all__ = [
    "Attachment",
    "CalledFor",
    "ClockVersion",
    "ControlledShipping",
    "Covering",
    "EightD",
    "EightDFile",
    "EightDMove",
    "EightDRevision",
    "EightDScore",
    "EightDStep",
    "Episode",
    "EpisodeHit",
    "EpisodeStep",
    "EvaluationRun",
    "Finding",
    "JudgedScorecard",
    "Judgement",
    "MailPreference",
    "Message",
    "NumberCounter",
    "PlantLeftOut",
    "Policy",
    "PolicyVersion",
    "RecordHit",
    "RecordJudgement",
    "RejectToJudge",
    "Reminder",
    "Rule",
    "Series",
    "ShippingEscape",
    "ShippingEvent",
    "ShippingLetter",
    "ShippingLogEntry",
    "ShippingScope",
    "WatchedDrain",
]
