# A dataset without a licence.
DELETE DATA { <catalogue#dataset> dcterms:license <https://creativecommons.org/licenses/by/4.0/> }
