"""Names for people, in English and Chinese."""

from __future__ import annotations

from typing import Annotated, Any

from kenli.park.fields import Model, ShortForm


class LabelText(Model):
    """A name in both languages; a plain text in the file serves both."""

    en: str = ""
    """English name."""
    zh: str = ""
    """Chinese name."""

    def pair(self, fallback: str) -> tuple[str, str]:
        """Return (English, Chinese), with the fallback where a language is empty."""
        english = self.en or self.zh or fallback
        return english, self.zh or english


def _from_text(value: Any) -> Any:
    return {"en": value, "zh": value} if isinstance(value, str) else value


Label = Annotated[LabelText, ShortForm(_from_text, {"type": "string"})]
