"""Language tags: whether their language and region are ones that the world knows.

Source: RFC 5646 (BCP 47) and the IANA Language Subtag Registry. Only two-letter subtags are looked
up, for they are the ones that people confuse; those of three letters are too many to hold, and
longer ones the registry does not have.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pyoxigraph import Literal

from iccgraph.iris import fold

_LANGUAGES = """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv
cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr
ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw
ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv
ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq
sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh
yi yo za zh zu
"""
_REGIONS = """
AC AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO
BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CP CQ CR CU CV CW CX CY CZ DE
DG DJ DK DM DO DZ EA EC EE EG EH ER ES ET EU EZ FI FJ FK FM FO FR GA GB GD GE GF GG GH GI
GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU IC ID IE IL IM IN IO IQ IR IS IT JE JM
JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG
MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM
PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK
SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG
UM UN US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""
_KNOWN = frozenset((*_LANGUAGES.split(), *_REGIONS.split()))
_SLIPS = {"cn": "zh", "cz": "cs", "dk": "da", "gr": "el", "jp": "ja", "ua": "uk"}
"""Codes of countries that are written for the country's language."""
_NAMES = {
    name: tag
    for tag, names in {
        "ar": "arabic arabe",
        "bg": "bulgarian bulgare",
        "bs": "bosnian bosniaque bosanski",
        "ca": "catalan catala",
        "cs": "czech tcheque cesky",
        "da": "danish danois dansk",
        "de": "german allemand deutsch",
        "el": "greek grec",
        "en": "english anglais",
        "es": "spanish espagnol espanol castellano",
        "et": "estonian estonien",
        "fi": "finnish finnois suomi",
        "fr": "french francais",
        "he": "hebrew hebreu",
        "hr": "croatian croate hrvatski",
        "hu": "hungarian hongrois magyar",
        "is": "icelandic islandais",
        "it": "italian italien italiano",
        "ja": "japanese japonais",
        "ko": "korean coreen",
        "lt": "lithuanian lituanien",
        "lv": "latvian letton",
        "nb": "norwegian norvegien norsk",
        "nl": "dutch neerlandais nederlands",
        "pl": "polish polonais polski",
        "pt": "portuguese portugais portugues",
        "ro": "romanian roumain romana",
        "ru": "russian russe",
        "sk": "slovak slovaque",
        "sl": "slovene slovenian slovenscina",
        "sq": "albanian albanais shqip",
        "sr": "serbian serbe",
        "sr-Latn": "srpski",
        "sv": "swedish suedois svenska",
        "tr": "turkish turc turkce",
        "uk": "ukrainian ukrainien",
    }.items()
    for name in names.split()
}
"""What people write for a language: its name in English, in French or in itself, folded."""
_FORM = re.compile(r"[a-zA-Z]{2,8}(?:-[a-zA-Z0-9]{1,8})*")
_SUCH_AS = "write one such as en, fr or sr-Latn"


@lru_cache(maxsize=1024)
def check_tag(tag: str) -> tuple[str, str] | None:
    """Return what is wrong with a language tag and what to do, None if it is good."""
    wrong = f"{tag!r} is not a language tag"
    if named := _NAMES.get(fold(tag)):
        return wrong, f"write {named}"
    if not _FORM.fullmatch(tag):
        return wrong, _SUCH_AS
    try:
        Literal("", language=tag)
    except ValueError:
        return wrong, _SUCH_AS
    language, *rest = tag.split("-")
    code = language.lower()
    if len(code) > 3 or (len(code) == 2 and code not in _KNOWN):
        right = "-".join((_SLIPS[code], *rest)) if code in _SLIPS else ""
        remedy = f"write {right}, the code of the language" if right else _SUCH_AS
        return f"{wrong}: {language!r} is no language", remedy
    # a script may stand before the region; what follows a single letter is private
    region = next((part for part in rest[:2] if len(part) != 4), "")
    if len(region) == 2 and region.upper() not in _KNOWN:
        remedy = _SUCH_AS
        if region.upper() == "UK":
            remedy = f"write {tag.replace(region, 'GB')}, the code of the United Kingdom"
        return f"{wrong}: {region!r} is no region", remedy
    return None
