"""The words of the pages in French; the English ones stand in the templates themselves."""

from __future__ import annotations

from typing import Final

FRENCH: Final[dict[str, str]] = {
    "1 row": "1 ligne",
    "1 topic": "1 thème",
    "1 topic in common": "1 thème en commun",
    "a page to read": "page à lire",
    "A shape that looked at nothing proves nothing, so each is counted.": (
        "Une forme qui n’a rien examiné ne prouve rien\u00a0: chacune est donc comptée."
    ),
    "a word, a city, a title": "un mot, une ville, un titre",
    "About the data": "À propos des données",
    "added {added}, changed {changed}, withdrawn {withdrawn}": (
        "ajouts\u00a0: {added}, modifications\u00a0: {changed}, retraits\u00a0: {withdrawn}"
    ),
    "Address": "Adresse",
    "All practices": "Toutes les pratiques",
    "All releases": "Toutes les éditions",
    "All {count} on one page": "Les {count} sur une seule page",
    "All {count} practices": "Les {count} pratiques",
    "Also called:": "Aussi appelé\u00a0:",
    "Answer": "Réponse",
    "Answer as": "Réponse en",
    "As data:": "En données\u00a0:",
    "as printed": "tel qu’imprimé",
    "Ask for it": "L’interroger",
    (
        "Ask the whole graph your own question in SPARQL 1.1; here is the form, some examples and "
        "the limits."
    ): (
        "Posez votre propre question à tout le graphe en SPARQL 1.1\u202f; voici le formulaire, "
        "des exemples et les limites."
    ),
    "Beginning in": "Début en",
    "Borough": "Arrondissement",
    "Canton": "Canton",
    "Changes": "Changements",
    "Checked in this release: {count}": "Vérifiés dans cette édition\u00a0: {count}",
    "Checked with": "Vérifiée avec",
    "checked with SHACL": "vérifiée avec SHACL",
    "Chosen": "Choix actuels",
    "Cities": "Villes",
    "cities": "villes",
    "Cities and topics": "Villes et thèmes",
    "Cities that share topics": "Villes aux mêmes thèmes",
    "Cities that work on it": "Les villes qui y travaillent",
    "Cities with their Wikidata identity": "Les villes avec leur identité Wikidata",
    "City": "Ville",
    "City and topic": "Ville et thème",
    "Classes": "Classes",
    "Close to": "Proche de",
    "Codes": "Codes",
    "conforms": "conforme",
    "Copy the ones that you need into your query.": (
        "Copiez dans votre requête ceux dont vous avez besoin."
    ),
    "Council of Europe": "Conseil de l’Europe",
    "Countries": "Pays",
    "countries": "pays",
    "Country": "Pays",
    "{count} more": "{count} de plus",
    "{count} more cities": "{count} autres villes",
    "{count} practice": "{count} pratique",
    "{count} practices": "{count} pratiques",
    "{count} prefixes": "{count} préfixes",
    "{count} rows": "{count} lignes",
    "{count} seconds": "{count} secondes",
    "{count} topics": "{count} thèmes",
    "{count} topics in common": "{count} thèmes en commun",
    "Data": "Données",
    "Data licence:": "Licence des données\u00a0:",
    "Dataset": "Jeu de données",
    "Date of the data": "Date des données",
    "does not conform, or was not checked": "non conforme, ou non vérifiée",
    "Downloads": "Téléchargements",
    "E": "E",
    "Error {status}": "Erreur {status}",
    "Every state of the data that was published, and what changed from one to the next.": (
        "Tous les états publiés des données, et ce qui a changé de l’un à l’autre."
    ),
    "everything, for programs (JSON-LD)": "tout, pour les programmes (JSON-LD)",
    "everything, one statement a line (N-Triples)": "tout, un énoncé par ligne (N-Triples)",
    "everything, to read (Turtle)": "tout, pour la lecture (Turtle)",
    "everything, with its named graphs (N-Quads)": "tout, avec les graphes nommés (N-Quads)",
    "everything, with its named graphs (TriG)": "tout, avec les graphes nommés (TriG)",
    "Example:": "Exemple\u00a0:",
    "Examples": "Exemples",
    "Extended Date/Time Format, ISO 8601-2": "Format étendu de date et d’heure, ISO 8601-2",
    (
        "Facts from the Intercultural Cities programme, © Council of Europe; summaries, topics and "
        "links by iccgraph, an independent project."
    ): (
        "Faits issus du programme des cités interculturelles, © Conseil de l’Europe\u202f; "
        "résumés, thèmes et liens par iccgraph, un projet indépendant."
    ),
    "File": "Fichier",
    "Files": "Fichiers",
    "{file}, row {row}": "{file}, ligne {row}",
    "Filter": "Filtrer",
    "Filter the list": "Filtrer la liste",
    "Get it": "L’obtenir",
    "Good practice": "Bonne pratique",
    "Good practices": "Bonnes pratiques",
    "Graph": "Graphe",
    "Graphs (CONSTRUCT, DESCRIBE)": "Graphes (CONSTRUCT, DESCRIBE)",
    "How catalogues describe it": "Sa description pour les catalogues",
    "How to use them": "Comment s’en servir",
    "Impact": "Effets",
    "In short": "En bref",
    "In the other topic scheme": "Dans l’autre liste de thèmes",
    "Individuals": "Individus",
    "Intercultural practices": "Pratiques interculturelles",
    "Island": "Île",
    "It does not come in this format": "Ce format n’existe pas ici",
    "It groups": "Il regroupe",
    "Its name on the web": "Son nom sur le Web",
    "Its record": "Sa notice",
    "Its topics": "Ses thèmes",
    "JSON-LD context": "Contexte JSON-LD",
    "Key references": "Références principales",
    "Language": "Langue",
    "Length of the query": "Longueur de la requête",
    "Limits": "Limites",
    "Link to {name}": "Lien vers {name}",
    "Listing of the programme": "Liste du programme",
    "Made with": "Faite avec",
    "Main": "Navigation principale",
    "Map of Europe with the cities that share practices; the list of cities has them all": (
        "Carte de l’Europe avec les villes qui partagent des pratiques\u202f; la liste des villes "
        "les contient toutes"
    ),
    "Map of {place} with its cities": "Carte avec les villes\u00a0: {place}",
    "Map: {places}": "Carte\u00a0: {places}",
    "member": "membre",
    "Members of the Council of Europe, and other countries with cities in the programme.": (
        "Les membres du Conseil de l’Europe et d’autres pays dont des villes participent au "
        "programme."
    ),
    (
        "Municipalities, boroughs, cantons, islands and regions that take part in the programme or "
        "share a practice."
    ): (
        "Communes, arrondissements, cantons, îles et régions qui participent au programme ou "
        "partagent une pratique."
    ),
    "Municipality": "Commune",
    "N": "N",
    "Name and scheme are the programme’s; the definition is ours; curators assigned practices.": (
        "Le nom et la liste sont ceux du programme\u202f; la définition est de nous\u202f; les "
        "pratiques ont été attribuées par les responsables des données."
    ),
    "Named graphs": "Graphes nommés",
    (
        "Names, position and population stand in our tables, mostly after GeoNames; identities "
        "were reviewed; topics and their counts are computed from the practices."
    ): (
        "Les noms, la position et la population figurent dans nos tableaux, le plus souvent "
        "d’après GeoNames\u202f; les identités ont été vérifiées\u202f; les thèmes et leurs "
        "nombres sont calculés à partir des pratiques."
    ),
    "Namespace": "Espace de noms",
    "Narrower than": "Plus étroit que",
    "Never": "Jamais",
    "Next page": "Page suivante",
    "No page of this site has this address.": "Aucune page de ce site n’a cette adresse.",
    "No practice fits all of this. Remove a filter, or try fewer or other words.": (
        "Aucune pratique ne répond à tout cela. Retirez un filtre, ou essayez moins de mots ou "
        "d’autres mots."
    ),
    "No practice has this topic itself; see the topics next to it.": (
        "Aucune pratique ne porte ce thème lui-même\u202f; voyez les thèmes voisins."
    ),
    "No practice of this city has been recorded yet.": (
        "Aucune pratique de cette ville n’a encore été enregistrée."
    ),
    "No practice of this country has been recorded yet.": (
        "Aucune pratique de ce pays n’a encore été enregistrée."
    ),
    "no practice yet": "pas encore de pratique",
    "No years could be read from it.": "Aucune année n’a pu en être tirée.",
    "No: there is no such thing.": "Non\u00a0: cela n’existe pas.",
    "not a member": "non-membre",
    "Not possible at the moment": "Impossible pour le moment",
    "note": "remarque",
    "Or begin with:": "Ou commencez par\u00a0:",
    "Outlines: Natural Earth.": "Contours\u00a0: Natural Earth.",
    "Page of the practice": "Page de la pratique",
    "Page {page} of {pages}": "Page {page} sur {pages}",
    "Pages of the list": "Pages de la liste",
    "Place as printed": "Lieu tel qu’imprimé",
    "Places: GeoNames and Wikidata. Map outlines: Natural Earth.": (
        "Lieux\u00a0: GeoNames et Wikidata. Contours des cartes\u00a0: Natural Earth."
    ),
    (
        "{place}: its good practices in the Intercultural Cities programme, its cities and their "
        "topics."
    ): (
        "{place}\u00a0: ses bonnes pratiques dans le programme des cités interculturelles, ses "
        "villes et leurs thèmes."
    ),
    (
        "{place}: its good practices in the Intercultural Cities programme, its topics, and cities "
        "that work on the same."
    ): (
        "{place}\u00a0: ses bonnes pratiques dans le programme des cités interculturelles, ses "
        "thèmes et les villes qui travaillent sur les mêmes."
    ),
    "Population": "Population",
    "Position": "Position",
    "Practices": "Pratiques",
    "Practices of Barcelona with their topics": "Les pratiques de Barcelone avec leurs thèmes",
    (
        "{practices} good practices of cities and countries in the Intercultural Cities programme, "
        "searchable, linked to each other, and open as data."
    ): (
        "{practices} bonnes pratiques de villes et de pays du programme des cités "
        "interculturelles, à parcourir, liées entre elles et ouvertes en données."
    ),
    "Prefixes": "Préfixes",
    "Previous page": "Page précédente",
    "Process": "Démarche",
    "Properties": "Propriétés",
    "Purpose": "But",
    "Read as:": "Lu ainsi\u00a0:",
    "Read as: beginning in {year}": "Lu ainsi\u00a0: à partir de {year}",
    "Read as: from {first} to {last}": "Lu ainsi\u00a0: de {first} à {last}",
    "Read as: in {year}": "Lu ainsi\u00a0: en {year}",
    "Read as: since {year}, going on": "Lu ainsi\u00a0: depuis {year}, en cours",
    "Read as: until {year}": "Lu ainsi\u00a0: jusqu’en {year}",
    "Read from the source on": "Relevé à la source le",
    "Region": "Région",
    "Related practices": "Pratiques apparentées",
    "Related to": "Lié à",
    "Release": "Édition",
    "Release {name}": "Édition {name}",
    "Releases": "Éditions",
    "Remove all": "Tout retirer",
    "Remove:": "Retirer\u00a0:",
    "Rows or statements": "Lignes ou énoncés",
    "Run the query": "Lancer la requête",
    "S": "S",
    "Search": "Chercher",
    "Search and filter these practices": "Chercher et filtrer dans ces pratiques",
    "Search the practices": "Chercher dans les pratiques",
    "See also": "Voir aussi",
    "served now": "servie actuellement",
    "Shape": "Forme",
    "Shapes": "Formes",
    "since {name}": "depuis {name}",
    "Size": "Taille",
    "Size of the answer": "Taille de la réponse",
    "Skip to the content": "Aller au contenu",
    "Something went wrong here": "Une erreur s’est produite ici",
    "Sources": "Sources",
    "Statements": "Énoncés",
    "statements": "énoncés",
    "Stimulus": "Motivation",
    "Tables (SELECT, ASK)": "Tableaux (SELECT, ASK)",
    (
        "Tables open in any spreadsheet program; they are UTF-8 with commas. Linked data loads "
        "into any RDF store, or is asked in place:"
    ): (
        "Les tableaux s’ouvrent dans tout tableur\u202f; ils sont en UTF-8, séparés par des "
        "virgules. Les données liées se chargent dans toute base RDF, ou s’interrogent sur "
        "place\u00a0:"
    ),
    "The answer is an empty graph.": "La réponse est un graphe vide.",
    "the checksums of all files": "les sommes de contrôle de tous les fichiers",
    "the cities as a table": "les villes en tableau",
    "the countries as a table": "les pays en tableau",
    "The data behind it": "Les données sous-jacentes",
    "The first 500 are shown; the report as data has them all.": (
        "Les 500 premiers sont montrés\u202f; le rapport en données les contient tous."
    ),
    "the first release here": "la première édition ici",
    "the first {count} are shown": "les {count} premières sont montrées",
    "The good practices that link this city and this topic: {link}.": (
        "Les bonnes pratiques qui relient cette ville et ce thème\u00a0: {link}."
    ),
    "the links between cities and topics as a table": "les liens entre villes et thèmes en tableau",
    "the practices as a table": "les pratiques en tableau",
    "The release conforms to its shapes.": "L’édition est conforme à ses formes.",
    "The release does not conform to its shapes.": "L’édition n’est pas conforme à ses formes.",
    (
        "The rules that every release must keep, as SHACL shapes: what they ask for, and what to "
        "change where it is missing."
    ): (
        "Les règles que chaque édition doit respecter, exprimées en formes SHACL\u00a0: ce "
        "qu’elles demandent, et que changer si cela manque."
    ),
    "The same as": "Identique à",
    "The same by SPARQL": "La même chose en SPARQL",
    "The same elsewhere": "Le même lieu ailleurs",
    "The source names no city.": "La source ne nomme aucune ville.",
    "The source prints no time.": "La source n’imprime aucune date.",
    (
        "The terms in which the practices, cities, countries and topics are described, each with a "
        "definition and an example."
    ): (
        "Les termes qui décrivent les pratiques, les villes, les pays et les thèmes, chacun avec "
        "une définition et un exemple."
    ),
    "The themes of the Intercultural Cities Index and the topics of the programme’s website.": (
        "Les thèmes de l’Index des cités interculturelles et ceux du site du programme."
    ),
    "the topics as a table": "les thèmes en tableau",
    "The two lists of topics; each topic of one is mapped to the other.": (
        "Les deux listes de thèmes\u202f; chaque thème de l’une est mis en correspondance avec "
        "l’autre."
    ),
    "The whole of the data as files: tables and linked data, with checksums.": (
        "Toutes les données en fichiers\u00a0: tableaux et données liées, avec leurs sommes de "
        "contrôle."
    ),
    "There is nothing here": "Il n’y a rien ici",
    "Things it looked at": "Choses examinées",
    "This address is too long": "Cette adresse est trop longue",
    "This cannot be done here": "Cela ne se fait pas ici",
    "This is refused": "Ceci est refusé",
    "This is too large": "C’est trop grand",
    "This kind of content is not understood": "Ce genre de contenu n’est pas compris",
    "This link is computed from the practices at every release; nobody types it.": (
        "Ce lien est calculé à partir des pratiques à chaque édition\u202f; personne ne le saisit."
    ),
    "This list as data": "Cette liste en données",
    "This page as data": "Cette page en données",
    "This release was not checked.": "Cette édition n’a pas été vérifiée.",
    "This request cannot be answered": "Cette demande ne peut recevoir de réponse",
    "This was withdrawn": "Ceci a été retiré",
    "Time": "Temps",
    "Time as printed:": "Date telle qu’imprimée\u00a0:",
    (
        "Title, place and time come from the source; the summary is ours; topics were assigned by "
        "curators; years were computed from the printed time. Each of these stands in a named "
        "graph of its own."
    ): (
        "Le titre, le lieu et la date viennent de la source\u202f; le résumé est de nous\u202f; "
        "les thèmes ont été attribués par les responsables des données\u202f; les années ont été "
        "calculées à partir de la date imprimée. Chacun se trouve dans son propre graphe nommé."
    ),
    "Too many requests": "Trop de demandes",
    "Topic": "Thème",
    "Topic scheme": "Liste de thèmes",
    "Topic schemes": "Listes de thèmes",
    "Topics": "Thèmes",
    "topics": "thèmes",
    "Topics by number of practices": "Les thèmes par nombre de pratiques",
    "updates, LOAD, SERVICE": "mises à jour, LOAD, SERVICE",
    "Validation": "Validation",
    "Version": "Version",
    "violation": "violation",
    "Violations": "Violations",
    "Vocabulary": "Vocabulaire",
    "W": "O",
    "warning": "avertissement",
    "Warnings": "Avertissements",
    "What cities do so that diversity works": (
        "Ce que font les villes pour que la diversité réussisse"
    ),
    (
        "What cities do so that people of all origins live well together: the good practices of "
        "the Intercultural Cities programme as open linked data."
    ): (
        "Ce que font les villes pour que des personnes de toutes origines vivent bien "
        "ensemble\u00a0: les bonnes pratiques du programme des cités interculturelles en données "
        "ouvertes et liées."
    ),
    "What is in it": "Ce qu’il contient",
    "What is said of Barcelona, as a graph": "Ce qui est dit de Barcelone, en graphe",
    "What it holds": "Ce qu’il contient",
    (
        "What the sources state, what curators decided and what was computed are kept apart, each "
        "in a graph of its own."
    ): (
        "Ce que disent les sources, ce qu’ont décidé les responsables des données et ce qui a été "
        "calculé restent séparés, chacun dans son propre graphe."
    ),
    "What was checked": "Ce qui a été vérifié",
    "What was checked in this release, with which rules, and what was found.": (
        "Ce qui a été vérifié dans cette édition, avec quelles règles, et ce qui a été trouvé."
    ),
    "What was found": "Ce qui a été trouvé",
    "When": "Quand",
    "Where": "Où",
    "Which city works on which topic: computed from the practices, with their number.": (
        "Quelle ville travaille sur quel thème\u00a0: calculé à partir des pratiques, avec leur "
        "nombre."
    ),
    "Who says so": "Qui le dit",
    "Wider than": "Plus large que",
    "Yes: there is such a thing.": "Oui\u00a0: cela existe.",
    "Your query": "Votre requête",
}


def translate(text: str, language: str) -> str:
    """Return a page's words in the reader's language."""
    return FRENCH.get(text, text) if language == "fr" else text
