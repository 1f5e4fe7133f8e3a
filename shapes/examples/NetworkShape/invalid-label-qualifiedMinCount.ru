# A network without an English name.
DELETE DATA { <id/network/reci> rdfs:label "Spanish network"@en }
