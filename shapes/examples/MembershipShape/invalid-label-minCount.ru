# A membership without a French label.
DELETE DATA { <id/membership/reci-barcelona-1> rdfs:label "Barcelone – Réseau espagnol (2011)"@fr }
