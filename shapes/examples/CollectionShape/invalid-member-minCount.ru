# A group of topics without a member.
DELETE DATA { <id/topic/lens> skos:member <id/topic/education> }
