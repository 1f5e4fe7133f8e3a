# A record that says twice where its sections were read.
INSERT DATA {
    <practice/peer-mentors> dcterms:hasPart <practice/peer-mentors#more> .
    <practice/peer-mentors#more> a prov:Entity ; prov:wasDerivedFrom <https://www.example.org/-/more> ; dcterms:date "2026-11-27"^^xsd:date
}
