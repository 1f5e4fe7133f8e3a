import java.net.URI;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import org.eclipse.rdf4j.model.IRI;
import org.eclipse.rdf4j.query.QueryLanguage;
import org.eclipse.rdf4j.query.resultio.sparqljson.SPARQLResultsJSONWriter;
import org.eclipse.rdf4j.repository.RepositoryConnection;
import org.eclipse.rdf4j.repository.sail.SailRepository;
import org.eclipse.rdf4j.repository.sparql.SPARQLRepository;
import org.eclipse.rdf4j.rio.RDFFormat;
import org.eclipse.rdf4j.rio.Rio;
import org.eclipse.rdf4j.sail.memory.MemoryStore;

/**
 * Reads addresses, as programs on RDF4J do, and writes what it has read as N-Quads.
 *
 * <p>`load FORMAT ADDRESS …` reads each address, into a store of its own, in a format (`any`: in
 * whichever the server sends), and writes a line `#` before each; `harvest FORMAT ADDRESS` reads
 * the pages of a list, too, into one store; `select ADDRESS QUERY` asks an endpoint and writes the
 * rows as JSON. How many addresses were read goes to standard error.
 */
public class Rdf4j {
  private static final String NEXT = "http://www.w3.org/ns/hydra/core#next";

  public static void main(String[] words) throws Exception {
    if (words[0].equals("select")) {
      select(words[1], words[2]);
    } else {
      int read = 0;
      for (int n = 1; n < words.length; n += 2) {
        read += load(words[n], words[n + 1], words[0].equals("harvest"));
      }
      System.err.println(read);
    }
  }

  private static int load(String name, String start, boolean onward) throws Exception {
    RDFFormat format =
        name.equals("any") ? null : Rio.getParserFormatForMIMEType(name).orElseThrow();
    SailRepository store = new SailRepository(new MemoryStore());
    Set<String> seen = new HashSet<>(Set.of(start));
    Queue<String> waiting = new ArrayDeque<>(seen);
    try (RepositoryConnection connection = store.getConnection()) {
      IRI next = connection.getValueFactory().createIRI(NEXT);
      while (!waiting.isEmpty()) {
        String address = waiting.remove();
        connection.add(URI.create(address).toURL(), address, format);
        if (onward) {
          connection.getStatements(null, next, null).stream()
              .map(statement -> statement.getObject().stringValue())
              .filter(seen::add)
              .forEach(waiting::add);
        }
      }
      System.out.println("#");
      connection.export(Rio.createWriter(RDFFormat.NQUADS, System.out));
      System.out.println();
    }
    store.shutDown();
    return seen.size();
  }

  private static void select(String endpoint, String query) throws Exception {
    SPARQLRepository there = new SPARQLRepository(endpoint);
    try (RepositoryConnection connection = there.getConnection()) {
      connection.prepareTupleQuery(QueryLanguage.SPARQL, query)
          .evaluate(new SPARQLResultsJSONWriter(System.out));
    }
    there.shutDown();
  }
}
