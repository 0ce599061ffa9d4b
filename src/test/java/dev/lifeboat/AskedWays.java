package dev.lifeboat;

import java.util.List;

/// How sources are asked, and which tests hold it.
final class AskedWays {
    private AskedWays() {}

    /// What a source does whatever the event.
    record Way(String source, String what, String tests) {
        @Override
        public String toString() {
            return "| %s | %s | %s |\n".formatted(source, what, tests);
        }
    }

    static final List<Way> ALL = List.of(
            new Way(
                    "ec2-imds",
                    "a token is renewed before it ends, and at once when it is refused (401); refused again it is an outage",
                    "`ImdsSourceTest.aTokenIsRenewedBeforeItEnds`, `ImdsSourceTest.anExpiredTokenIsRenewedWithinTheSameLook`,"
                            + " `ImdsSourceTest.aTokenThatIsRefusedAgainIsAnOutageAndNotAskedForForEver`"),
            new Way("ec2-imds", "404 is no notice", "`ImdsSourceTest.notFoundMeansThatNothingIsAnnounced`"),
            new Way(
                    "ec2-imds",
                    "a service that is down is an outage, and withdraws nothing",
                    "`ImdsSourceTest.anOutageIsNotNothingAnnounced`, `ImdsSourceTest.aServiceThatIsGoneIsAnOutage`"),
            new Way(
                    "ec2-sqs",
                    "a message is deleted once Kafka has confirmed it, and not before",
                    "`SqsSourceIT.aWarningForOurInstanceIsLoggedAndThenDeleted`,"
                            + " `SqsSourceIT.whatTheLogDoesNotConfirmStaysInTheQueue`"),
            new Way(
                    "ec2-sqs",
                    "ten messages are received at a time, and deleted together by one request",
                    "`SqsSourceIT.tenAreReceivedAtATimeAndDeletedTogetherOnceAllAreInTheLog`"),
            new Way(
                    "ec2-sqs",
                    "a hook is given heartbeats while we save, and completed once we are safe",
                    "`LifecycleIT.aGroupIsKeptWaitingWhileWeSaveAndGoesOnOnceWeAreSafe`,"
                            + " `LifecycleIT.theOrchestratorsJournalSaysWhenWeAreSafe`"),
            new Way(
                    "gce",
                    "the request hangs until the value changes, by the last answer's tag",
                    "`GceSourceTest.aChangeIsHeardByTheRequestThatHangs`, `GceSourceTest.aTagThatIsNoneIsNotSentBack`"),
            new Way(
                    "azure",
                    "the first question turns the service on, which may take two minutes: it is given 130 s, later ones 5 s",
                    "`AzureSourceTest.theFirstQuestionTurnsTheServiceOnAndIsGivenTheTimeThatThisTakes`,"
                            + " `AzureSourceTest.aFirstQuestionThatIsNotAnsweredIsAnOutageAndAskedAgainWithTheSamePatience`"),
            new Way(
                    "azure",
                    "a document with the last incarnation says nothing new",
                    "`AzureSourceTest.aDocumentThatHasNotChangedSaysNothingNew`"),
            new Way(
                    "azure",
                    "an event that is ours alone may start early once nothing is at risk",
                    "`AzureSourceTest.anEventMayStartEarlyOnceNothingIsAtRiskAndNotBefore`,"
                            + " `AzureSourceTest.anEventOfOtherMachinesTooIsNotStartedByUs`"),
            new Way(
                    "kubernetes",
                    "what changed while the watch was lost is heard once it is back",
                    "`NodeWatcherTest.whatHappenedWhileTheWatchWasLostIsHeardOnceItIsBack`"),
            new Way(
                    "manual",
                    "over HTTP, and by `lifeboat notice`",
                    "`NoticeEndpointTest.aNoticeIsAcceptedAndItsIdTold`, `NoticeCommandIT.givesNoticeAndTakesItBack`"),
            new Way(
                    "all",
                    "a notice seen again is one notice; what is not ours is counted and set aside; an input that cannot be"
                            + " read is buried with its reason",
                    "`ListenerTest.aNoticeSeenTwiceGoesToTheLogOnce`, `ListenerTest.whatIsNotOursIsCountedAndSetAside`,"
                            + " `ParserFuzzTest.mutations`"));
}
