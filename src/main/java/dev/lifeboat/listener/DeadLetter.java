package dev.lifeboat.listener;

import dev.lifeboat.notice.Rejection;

/// A letter that is no notice, kept for people to look at.
///
/// @param letter its body cut to [#MAX_BODY]
/// @param length of the whole body in bytes, as far as it was read
/// @param digest SHA-256 of what was read, so that equal letters are known as equal
public record DeadLetter(Letter letter, Rejection reason, String detail, int length, String digest) {
    /// Enough to see what it was; a flood of large bodies must not fill the topic.
    public static final int MAX_BODY = 16 * 1024;

    private static final int MAX_DETAIL = 500;

    public static DeadLetter of(Letter letter, Reading.Unreadable reading) {
        Payload body = letter.body();
        String detail = reading.detail();
        return new DeadLetter(
                new Letter(letter.source(), letter.about(), letter.receivedAt(), body.head(MAX_BODY)),
                reading.reason(),
                detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL),
                body.length(),
                body.digest());
    }
}
