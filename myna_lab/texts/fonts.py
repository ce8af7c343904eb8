"""Fonts that have the signs of the Japanese sentences, the best first."""

__all__ = ["JAPANESE_FONTS"]

JAPANESE_FONTS = (
    "Noto Sans CJK JP",
    "Noto Sans JP",
    "Noto Serif CJK JP",
    "Source Han Sans JP",
    "BIZ UDGothic",
    "Hiragino Sans",
    "Hiragino Maru Gothic Pro",
    "Yu Gothic",
    "Meiryo",
    "MS Gothic",
    "IPAGothic",
    "IPAexGothic",
    "TakaoGothic",
    "VL Gothic",
    "Droid Sans Fallback",
)
"""Families that hold Japanese letters, as matplotlib names them; widgets draw with the first that is there."""
