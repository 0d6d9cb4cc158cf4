"""Names that must show as text wherever they come."""

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "formula": "=cmd|'/C calc'!A0",
    "sum": "+31 & \"quotes\" 'too'",
    "at": "@home; tab\there",
    "minus": "-2 dagen/nachten \\ ..",
    "right to left": "\u202eשם\u202c",
    "two  spaces": " two  spaces ",
}
