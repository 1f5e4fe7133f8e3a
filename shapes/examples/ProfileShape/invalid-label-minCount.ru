# A profile without a French label.
DELETE DATA { <id/profile/barcelona-2012> rdfs:label "Barcelone – Profil de ville (2012)"@fr }
