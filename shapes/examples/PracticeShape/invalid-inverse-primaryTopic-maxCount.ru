# A practice with two records.
INSERT { <practice/mentors> ?p ?o }
WHERE { <practice/peer-mentors> ?p ?o }
