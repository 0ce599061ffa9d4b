package dev.lifeboat.edge.launch;

import io.quarkus.bootstrap.logging.InitialConfigurator;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.ConsoleHandler;

/// What libraries may say before Quarkus is up, which is always for a command that does not start it.
///
/// Quarkus leaves every logger at its finest level until then and keeps the records for later. The S3 client's HTTP
/// library then writes a line for every few bytes on the wire: five sixths of what `bench pipe` spent.
final class Logging {
    private static final String LINE = "%d{HH:mm:ss,SSS} %-5p [%c{3.}] %s%e%n";

    /// A command says once, in its own words, that no broker answers; Kafka's clients say it twice a second.
    private static final String KAFKA = "org.apache.kafka.clients";

    private Logging() {}

    /// Warnings and worse, to standard error; of Kafka's clients, errors only. Quarkus, when it comes up, puts its own
    /// settings in place.
    static void begin() {
        Logger.getLogger("").setLevel(Level.WARNING);
        var console = new ConsoleHandler(ConsoleHandler.Target.SYSTEM_ERR, new PatternFormatter(LINE));
        console.setFilter(Logging::concerns);
        InitialConfigurator.DELAYED_HANDLER.setHandlers(new Handler[] {console});
    }

    private static boolean concerns(LogRecord record) {
        return record.getLevel().intValue() > Level.WARNING.intValue()
                || !String.valueOf(record.getLoggerName()).startsWith(KAFKA);
    }
}
