"""Policies, judgements, episodes, measures and messages."""

from escalations.models.counter import NumberCounter, Series
from escalations.models.eight_d import EightD
from escalations.models.episode import Episode, EpisodeHit, EpisodeStep
from escalations.models.judgement import JudgedScorecard, Judgement
from escalations.models.measures import ControlledShipping
from escalations.models.message import Attachment, Message
from escalations.models.policy import Policy, PolicyVersion, Rule
from escalations.models.run import EvaluationRun

__all__ = [
    "Attachment",
    "ControlledShipping",
    "EightD",
    "Episode",
    "EpisodeHit",
    "EpisodeStep",
    "EvaluationRun",
    "JudgedScorecard",
    "Judgement",
    "Message",
    "NumberCounter",
    "Policy",
    "PolicyVersion",
    "Rule",
    "Series",
]
