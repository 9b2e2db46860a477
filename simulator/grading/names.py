"""Names that others chose: made fit for a folder of ours, and for a terminal."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

LONGEST = 100
"""Bytes of a cleaned name in UTF-8."""
UNNAMED = "unnamed"
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Windows' devices ("Naming Files, Paths, and Namespaces", Microsoft Learn)."""
_NO_PART_OF_A_NAME = re.compile(r'[/\\:*?"<>|]+')


def cleaned(name: str) -> str:
    """The name as one path component on any system; the same for one that is clean already.

    Characters that can't be seen or turn a text around (Unicode's category C) are gone, separators
    become "_", and neither a dot nor a space is at an end.
    """
    text = unicodedata.normalize("NFC", name)
    text = "".join(each for each in text if unicodedata.category(each)[0] != "C")
    text = _NO_PART_OF_A_NAME.sub("_", " ".join(text.split()))
    text = text.encode()[:LONGEST].decode(errors="ignore").strip(" .")
    return f"_{text}" if _RESERVED.fullmatch(text) else text or UNNAMED


def distinct(names: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """Each name's own cleaned name: no two are the same, not even where case doesn't count.

    Who was there first doesn't matter: of names that clean to the same, one that is clean already
    keeps it, and the others get a digest of what they were. Nobody gets a name of `taken`.
    """
    used = {each.casefold() for each in taken}
    found: dict[str, str] = {}
    wanted = sorted(set(names), key=lambda each: (cleaned(each) != each, each))
    shared = Counter(cleaned(each).casefold() for each in wanted)
    for name in wanted:
        clean = cleaned(name)
        alone = clean == name or shared[clean.casefold()] == 1
        if not alone or clean.casefold() in used:
            digest = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:8]
            clean = cleaned(f"{clean[: LONGEST // 4]}-{digest}")
        used.add(clean.casefold())
        found[name] = clean
    return found


def shown(name: str) -> str:
    """The name as a person may be shown it on one line, all that is invisible escaped.

    No two names are shown alike.
    """
    return "".join(
        each
        if each == " " or (each != "\\" and unicodedata.category(each)[0] not in "CZ")
        else each.encode("unicode_escape", "backslashreplace").decode()
        for each in name
    )
