package dev.lifeboat.edge.demo.node;

import dev.lifeboat.edge.demo.node.Shell.CommandFailed;
import java.util.ArrayList;
import java.util.List;

/// A bridge on which the nodes and this machine meet. It is named after the process that made it, so that what a killed
/// run left behind can be told from a running one's.
///
/// @param bridge interface name, at most 15 characters (IFNAMSIZ)
/// @param prefix the first three bytes of its /24, such as `10.231.7`
public record Network(String bridge, String prefix) implements AutoCloseable {
    private static final String NAME = "lifeboat";
    /// Base 36 keeps every pid within the interface name.
    private static final int RADIX = 36;

    /// @param pid of the process that will close it
    public static Network create(long pid) throws InterruptedException {
        sweep();
        String bridge = NAME + Long.toString(pid, RADIX);
        String prefix = "10.231." + freeThirdByte(Shell.run("ip", "-4", "-o", "address", "show"));
        Shell.run("ip", "link", "add", bridge, "type", "bridge");
        var network = new Network(bridge, prefix);
        Shell.run("ip", "address", "add", network.host() + "/24", "dev", bridge);
        Shell.run("ip", "link", "set", bridge, "up");
        return network;
    }

    /// This machine's address on the bridge.
    public String host() {
        return prefix + ".1";
    }

    /// @param number of the node, 1 to 200
    public String address(int number) {
        return prefix + "." + (10 + number);
    }

    /// Plugs the namespace of `pid` into the bridge as its eth0.
    void connect(long pid, int number) throws InterruptedException {
        String outside = "lb" + Long.toString(pid, RADIX);
        Shell.run("ip", "link", "add", outside, "type", "veth", "peer", "name", "eth0", "netns", Long.toString(pid));
        Shell.run("ip", "link", "set", outside, "master", bridge, "up");
        var inside = List.of("nsenter", "--target", Long.toString(pid), "--net", "ip");
        run(inside, "address", "add", address(number) + "/24", "dev", "eth0");
        run(inside, "link", "set", "eth0", "up");
        run(inside, "link", "set", "lo", "up");
        run(inside, "route", "add", "default", "via", host());
    }

    @Override
    public void close() {
        try {
            remove(bridge);
        } catch (CommandFailed e) {
            System.err.println("demo: the bridge stays: " + e.getMessage() + "; ip link delete " + bridge);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Removes the bridges of runs that were killed before they could.
    private static void sweep() throws InterruptedException {
        for (String line :
                Shell.run("ip", "-o", "link", "show", "type", "bridge").lines().toList()) {
            String name = line.split(": ", 3)[1];
            if (name.startsWith(NAME) && !ownerLives(name.substring(NAME.length()))) {
                remove(name);
            }
        }
    }

    /// With all that is plugged into it: a dead node's namespace keeps its wire for as long as a connection
    /// in it is being closed with nobody at the other end, which is minutes.
    private static void remove(String bridge) throws InterruptedException {
        for (String line :
                Shell.run("ip", "-o", "link", "show", "master", bridge).lines().toList()) {
            try {
                Shell.run("ip", "link", "delete", line.split("[:@ ]+", 3)[1]);
            } catch (CommandFailed _) {
                // With its namespace.
            }
        }
        Shell.run("ip", "link", "delete", bridge);
    }

    private static boolean ownerLives(String pid) {
        try {
            return ProcessHandle.of(Long.parseLong(pid, RADIX)).isPresent();
        } catch (NumberFormatException _) {
            return true;
        }
    }

    private static int freeThirdByte(String addresses) {
        for (int third = 1; third < 255; third++) {
            if (!addresses.contains(" 10.231." + third + ".")) {
                return third;
            }
        }
        throw new IllegalStateException(
                "every network of 10.231.0.0/16 is in use here; remove some with ip link delete");
    }

    private static void run(List<String> prefix, String... rest) throws InterruptedException {
        var command = new ArrayList<>(prefix);
        command.addAll(List.of(rest));
        Shell.run(command);
    }
}
