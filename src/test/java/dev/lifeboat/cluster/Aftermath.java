package dev.lifeboat.cluster;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Says what there was when a test failed, before anything is cleared away: a flight between nodes is not flown again
/// the same way.
///
/// @param parts what Lifeboat's own parts have said
record Aftermath(Callable<String> parts) implements AfterTestExecutionCallback {
    private static final List<String> SHOWN = List.of(
            "get pods --all-namespaces --output=wide",
            "get events --namespace=default --sort-by=.metadata.creationTimestamp",
            "get evacuations,checkpoints,nodenotices --all-namespaces --output=yaml",
            "get pods --namespace=default --output=yaml");

    @Override
    public void afterTestExecution(ExtensionContext context) throws Exception {
        if (context.getExecutionException().isEmpty()) {
            return;
        }
        show("%s failed: %s"
                .formatted(
                        context.getDisplayName(),
                        context.getExecutionException().get().getClass().getSimpleName()));
        for (String arguments : SHOWN) {
            show("kubectl " + arguments);
            show(said(arguments));
        }
        show("Lifeboat's parts");
        show(parts.call());
    }

    /// What the parts that the chart has installed have said, as far as their pods still are.
    static String installed() throws IOException, InterruptedException {
        String all = "--selector=app.kubernetes.io/instance=%s --all-containers --prefix --tail=-1"
                .formatted(Installed.RELEASE);
        return said("logs --namespace=%s %s".formatted(Installed.NAMESPACE, all))
                + said("logs --namespace=%s %s".formatted(Installed.AGENTS, all));
    }

    private static String said(String arguments) throws IOException, InterruptedException {
        return ControlPlane.run("kubectl", arguments.split(" ", -1)).words();
    }

    private static void show(String words) {
        System.out.println("#### " + words);
    }
}
