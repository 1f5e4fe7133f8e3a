# A country whose address has capital letters.
DELETE { <id/country/es> ?p ?o }
INSERT { <id/country/ES> ?p ?o }
WHERE { <id/country/es> ?p ?o }
