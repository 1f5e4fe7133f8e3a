# A mapping of a topic whose key is mistyped.
INSERT DATA { <id/topic/educaton> skos:relatedMatch <id/topic/education> }
