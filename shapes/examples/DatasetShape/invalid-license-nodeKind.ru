# A dataset whose licence is a text.
DELETE DATA { <catalogue#dataset> dcterms:license <https://creativecommons.org/licenses/by/4.0/> } ;
INSERT DATA { <catalogue#dataset> dcterms:license "CC BY 4.0" }
