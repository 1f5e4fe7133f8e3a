# A dataset with two licences.
INSERT DATA { <catalogue#dataset> dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> }
