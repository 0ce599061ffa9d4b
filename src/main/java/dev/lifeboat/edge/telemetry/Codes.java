package dev.lifeboat.edge.telemetry;

import java.util.Locale;
import java.util.stream.Stream;

/// What label values look like: `store_refused`.
final class Codes {
    private Codes() {}

    static String of(Enum<?> value) {
        return of(value.name());
    }

    static String of(String code) {
        return code.toLowerCase(Locale.ROOT);
    }

    /// `SaveFailed` is `save_failed`.
    static String of(Class<?> variant) {
        return of(variant.getSimpleName().replaceAll("(?<=.)([A-Z])", "_$1"));
    }

    /// Everything that a sealed type can be.
    static Stream<Class<?>> variants(Class<?> type) {
        return type.isSealed() ? Stream.of(type.getPermittedSubclasses()).flatMap(Codes::variants) : Stream.of(type);
    }
}
