package dev.lifeboat.plan;

import java.util.ArrayList;
import java.util.List;

/// Numbers of a version in order, whatever stands around them: `runc 1.3.0-rc1` is 1, 3, 0, 1.
record Version(String name, List<Long> numbers) {
    private static final int MAX_DIGITS = 18;

    /// What stands before the first digit is the name, such as `runc`; empty for a bare number.
    static Version of(String text) {
        var numbers = new ArrayList<Long>();
        int at = 0;
        while (at < text.length()) {
            int end = at;
            while (end < text.length() && end - at < MAX_DIGITS && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
                end++;
            }
            if (end > at) {
                numbers.add(Long.parseLong(text.substring(at, end)));
            }
            at = Math.max(end, at + 1);
        }
        int digits = 0;
        while (digits < text.length() && !Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        return new Version(text.substring(0, digits).strip(), List.copyOf(numbers));
    }

    /// Same name, and the first `depth` numbers not below those of `other`.
    boolean atLeast(Version other, int depth) {
        if (!name.equals(other.name)) {
            return false;
        }
        for (int i = 0; i < depth; i++) {
            int order = Long.compare(number(i), other.number(i));
            if (order != 0) {
                return order > 0;
            }
        }
        return true;
    }

    private long number(int index) {
        return index < numbers.size() ? numbers.get(index) : 0;
    }
}
