# A group of topics with a member that is not described.
INSERT DATA { <id/topic/lens> skos:member <id/topic/nowhere> }
