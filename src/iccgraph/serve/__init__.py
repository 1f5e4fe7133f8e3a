"""The read side: a verified release becomes pages, data and answers to queries."""
