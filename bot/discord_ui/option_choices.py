"""The values that a command's option offers, where there are few enough to show them all."""

from __future__ import annotations

from bot.discord_ui.texts.translator import choices
from composer.performance.instruments import INSTRUMENTS
from composer.tokens.conditions import STYLES

STYLE_CHOICES = choices("style", STYLES)
INSTRUMENT_CHOICES = choices("instrument", [instrument.name for instrument in INSTRUMENTS])
