# A practice without a record.
DELETE DATA { <practice/peer-mentors> foaf:primaryTopic <id/practice/peer-mentors> }
