# A record of a practice that is not described.
DELETE WHERE { <id/practice/peer-mentors> ?p ?o }
