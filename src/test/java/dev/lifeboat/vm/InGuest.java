package dev.lifeboat.vm;

import java.util.Arrays;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// Runs tests in a guest, and says of each test what became of it: `guest-test: passed NAME`.
final class InGuest {
    static final String SAYS = "guest-test: ";

    private InGuest() {}

    /// @param tests as `class#method`, with the types of its parameters where it has any
    public static void main(String[] tests) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(Arrays.stream(tests)
                        .map(DiscoverySelectors::selectMethod)
                        .toList())
                .build();
        var teller = new Teller();
        LauncherFactory.create().execute(request, teller);
        System.exit(teller.wrong ? 1 : 0);
    }

    private static final class Teller implements TestExecutionListener {
        private volatile boolean wrong;

        @Override
        public void executionStarted(TestIdentifier test) {
            if (test.isTest()) {
                say("begins", test);
            }
        }

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            say("skipped", test);
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            result.getThrowable().ifPresent(thrown -> {
                wrong = true;
                thrown.printStackTrace(System.out);
            });
            if (test.isTest()) {
                say(
                        switch (result.getStatus()) {
                            case SUCCESSFUL -> "passed";
                            case ABORTED -> "aborted";
                            case FAILED -> "failed";
                        },
                        test);
            }
        }

        private static void say(String what, TestIdentifier test) {
            System.out.println(SAYS + what + " " + test.getLegacyReportingName() + " " + test.getDisplayName());
        }
    }
}
