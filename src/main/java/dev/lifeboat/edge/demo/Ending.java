package dev.lifeboat.edge.demo;

/// How a demo ended; the exit codes are stable.
public enum Ending {
    VERIFIED(0, "the victim runs on the other node and every page and line of it was verified after the restore"),
    FAILED(1, "a part of the demo did not come up or died; its log's tail is printed"),
    USAGE(2, "an option was wrong"),
    UNABLE(3, "this machine cannot run it: not root, a tool is missing, or the kernel cannot checkpoint"),
    LOST(4, "the victim was not restored"),
    BROKEN(5, "the victim was restored, but is not what it was");

    private final int code;
    private final String meaning;

    Ending(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    public int code() {
        return code;
    }

    public String meaning() {
        return meaning;
    }
}
