# Sections that are no entity.
DELETE DATA { <practice/peer-mentors#sections> a prov:Entity }
